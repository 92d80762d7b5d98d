"""Files are for their owner alone, whatever the umask; with too few rights nothing is done by halves."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connector.crm.errors import CrmPermissionError
from connector.crm.sandbox import SandboxCrm
from sync_jobs import club as clubs
from sync_jobs.demo import example_club
from tests.e2e.at_work import Run, document


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_every_file_is_for_its_owner_alone(umask: int, binome: Run, tmp_path: Path) -> None:
    """Configuration, register, digests' key, sandbox CRM, vault's key and reject file: all of mode 600."""
    book = load_workbook(example_club())
    book["Organisations"].cell(2, 2).value = "x" * 300
    book.save(tmp_path / "given.xlsx")
    before = os.umask(umask)
    try:
        assert binome("init", "--crm-url", f"sandbox://{tmp_path / 'crm.db'}")[0] == 0
        assert binome("import", str(tmp_path / "given.xlsx"), "--skip-bad", "bad.xlsx")[0] == 0
        assert binome("vault", "key", "--file", "vault-key")[0] == 0
        assert binome("sync")[0] in {0, 3}
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.name != "given.xlsx"}
    assert {"binome.toml", "crm.db", "bad.xlsx", "vault-key"} < modes.keys()
    assert [name for name in modes if name.endswith(".digest-key")]
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}


def test_with_fewer_rights_a_sync_stops_whole(club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an ordinary employee the sync ends with code 2 and one typed error, and neither side has changed."""
    whole: Callable[[], bytes] = lambda: SandboxCrm.open(str(tmp_path / "crm.db")).backup()
    before = whole()
    monkeypatch.setattr(clubs, "connect", lambda _: SandboxCrm.open(str(tmp_path / "crm.db")).acting_as("employee"))
    said = document(club, "sync", "--full", code=2)
    assert said["error"] == CrmPermissionError.__name__
    assert said["advice"]
    assert whole() == before
