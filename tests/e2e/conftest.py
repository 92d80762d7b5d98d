"""A club on the command line: an empty folder, or one whose register and sandbox CRM are in step."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_jobs.cli import main
from sync_jobs.demo import example_club
from tests.e2e.at_work import Run


@pytest.fixture
def binome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``binome`` in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    for name in ("BINOME_CONFIG", "BINOME_CRM_SECRET", "BINOME_VAULT_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def club(binome: Run, tmp_path: Path) -> Run:
    """A folder with a configuration, a register holding the example club, and a sandbox CRM that is in step."""
    assert binome("init", "--crm-url", f"sandbox://{tmp_path / 'crm.db'}")[0] == 0
    assert binome("import", str(example_club()))[0] == 0
    assert binome("sync")[0] == 0
    return binome
