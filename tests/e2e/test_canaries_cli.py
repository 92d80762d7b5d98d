"""`binome audit --canaries` on a club full of texts: nothing is found, until something is planted."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.confidentiality import pair_fields
from mappings.records import RECORDS
from tests.e2e.at_work import Run, document, staff

TEXT = "Nous avons parlé de la trésorerie et de l'associé qui part"


@pytest.fixture
def meeting(club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Seal a text in every field that takes one, give every command the key, and name a meeting in the CRM."""
    key = Vault.generate_key().get_secret_value()
    monkeypatch.setenv("BINOME_VAULT_KEY", key)
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}", vault=Vault([SecretStr(key)])) as register:
        register.save(
            one.model_copy(update={name: f"{kind} {name}: {TEXT}" for name in pair_fields(record)})
            for kind, record in RECORDS.items() if pair_fields(record) for one in register.all(kind)
        )
        return f"binome.meeting_{next(iter(register.all('meeting'))).key.hex}"


def in_the_crm(folder: Path, meeting: str) -> None:
    """Let staff copy a pair's text into the CRM."""
    with staff(folder) as at_work:
        at_work.write("res.partner", at_work.read("x_mentoring_pair", at_work.read(
            "x_mentoring_meeting", meeting, "x_pair_id")["x_pair_id"], "x_mentor_id")["x_mentor_id"], function=TEXT)


def in_the_register(folder: Path, _: str) -> None:
    """Keep it in clear in a table."""
    with sqlite3.connect(folder / "binome.db") as database:
        database.execute("UPDATE organisation SET sector = ?", (TEXT.upper(),))


def in_the_state(folder: Path, _: str) -> None:
    """Keep it in the sync's memory."""
    with sqlite3.connect(folder / "binome.db") as database:
        database.execute("INSERT INTO sync_cursor VALUES ('x', ?)", (TEXT.encode().hex(),))


def in_a_log(folder: Path, _: str) -> None:
    """Log it."""
    (folder / "binome.log").write_bytes(base64.b64encode(f"..{TEXT}".encode()))


def test_nothing_is_found_in_a_club_that_is_in_step(club: Run, meeting: str, tmp_path: Path) -> None:
    """Every text is looked for in every table, file and model; none is found, and figures tell how much that was."""
    assert club("sync")[0] == 0
    found = document(club, "audit", "--canaries", "--file", str(tmp_path / "binome.toml"))
    assert (found["findings"], found["hits"]) == ([], 0)
    assert found["canaries"] > 100
    assert found["sinks"] > 40
    assert found["bytes"] > 10**5
    assert "textes de binômes" in club("audit", "--canaries")[1]


@pytest.mark.parametrize(("plant", "sink", "form"), [
    (in_the_crm, "CRM res.partner", "plain"), (in_the_register, "table organisation", "plain"),
    (in_the_register, "file", "plain"), (in_the_state, "table sync_cursor", "hex"), (in_a_log, "file", "base64"),
])
def test_a_planted_leak_is_told(
    club: Run, meeting: str, tmp_path: Path, plant: Callable[[Path, str], None], sink: str, form: str
) -> None:
    """Each kind of sink is searched; record, field, place and form are told, the text is not, and the exit is 3."""
    plant(tmp_path, meeting)
    log = tmp_path / "binome.log"
    log.touch()
    found = document(club, "audit", "--canaries", "--file", str(log), code=3)
    assert any(f["problem"].startswith(f"found in {sink}") and form in f["problem"] for f in found["findings"])
    assert {"map", "field", "key", "problem"} == set(found["findings"][0])
    code, out, err = club("audit", "--canaries", "--file", str(log))
    assert code == 3
    assert TEXT[:20] not in str(found) + out + err


def test_without_the_key_nothing_can_be_looked_for(
    club: Run, meeting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has not the key is told so, instead of hearing that nothing was found."""
    monkeypatch.delenv("BINOME_VAULT_KEY")
    assert document(club, "audit", "--canaries", code=2)["error"] == "VaultKeyMissing"
