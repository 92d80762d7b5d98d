"""The rights of persons on the command line: an export for the person alone, an erasure, and retention."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.records import Meeting, Pair, Person
from sync_jobs.demo import example_club
from tests.e2e.at_work import Run, document

CANARY, SEALED = "Canari <b>Cinquante</b>", "Canari scellé"
PAIR = "b-01"


def register(folder: Path, vault: Vault | None = None) -> Register:
    """Open the club's register."""
    return Register.open(f"sqlite:///{folder / 'binome.db'}", vault=vault)


@pytest.fixture
def mentor(club: Run, tmp_path: Path) -> str:
    """Give the reference of a pair's mentor, whose job title tells them."""
    with register(tmp_path) as opened:
        pair = opened.by_ref("pair", [PAIR])[PAIR]
        assert isinstance(pair, Pair)
        person = opened.get("person", pair.mentor)
        assert isinstance(person, Person)
        other = next(one for one in opened.all("person") if one.key not in (pair.mentor, pair.mentee))
        managed = other.model_copy(update={"manager": person.key})
        opened.save([person.model_copy(update={"job_title": CANARY}), managed])
    assert club("sync")[0] == 0
    return str(person.ref)


def test_an_export_holds_both_sides_for_its_owner_alone(club: Run, mentor: str, tmp_path: Path) -> None:
    """Two private files: JSON with both sides, and a page where every value is escaped; nobody else is in them."""
    told = document(club, "export-person", mentor, "--out", "export")
    files = [Path(name) for name in told["files"]]
    assert [stat.S_IMODE((tmp_path / file).stat().st_mode) for file in files] == [0o600, 0o600]
    held = json.loads((tmp_path / files[0]).read_text())
    titles = [(one["record"], one["values"].get("job_title")) for one in [*held["register"], *held["crm"]]]
    assert titles.count(("person", CANARY)) == 2
    assert {one["record"] for one in held["crm"]} >= {"person", "card", "mentor", "pair"}
    assert held["history"]
    assert ("person", "job_title", "sent") in {(one["record"], one["field"], one["event"]) for one in held["crossed"]}
    assert "texts" not in held
    page = (tmp_path / files[1]).read_text()
    assert "Canari &lt;b&gt;Cinquante&lt;/b&gt;" in page
    assert CANARY not in page
    with register(tmp_path) as opened:
        others = [one for one in opened.all("person") if one.ref != mentor]
        pair = opened.by_ref("pair", [PAIR])[PAIR]
    strangers = {str(one.key) for one in others} - {str(getattr(pair, "mentee", ""))}
    shown = json.dumps(held)
    assert [one for one in others if isinstance(one, Person) and one.name in shown] == []
    named = {one["record"] for one in held["register"] if strangers & set(json.dumps(one).split('"'))}
    assert named <= {"pair", "rating"}, "by key alone: whom the person is with, and whom the person rated"


def test_an_export_overwrites_nothing(club: Run, mentor: str) -> None:
    """The files of an earlier export stay as they are."""
    assert club("export-person", mentor)[0] == 0
    assert document(club, "export-person", mentor, code=2)["error"] == "ExportExists"


def test_texts_come_with_the_key_and_are_noted(
    club: Run, mentor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the key texts are refused; with it the person's own and the pair's are given, and both readings noted."""
    assert document(club, "export-person", mentor, "--with-texts", code=2)["error"] == "VaultKeyMissing"
    key = str(document(club, "vault", "key")["key"])
    monkeypatch.setenv("BINOME_VAULT_KEY", key)
    with register(tmp_path, Vault([SecretStr(key)])) as opened:
        person = opened.by_ref("person", [mentor])[mentor]
        pair = opened.by_ref("pair", [PAIR])[PAIR]
        meeting = Meeting(key=new_key(), pair=pair.key, date="2026-10-01", notes=SEALED)
        opened.save([person.model_copy(update={"motivation": f"{SEALED} 2"}), meeting])
    told = document(club, "export-person", mentor, "--with-texts", "--out", "texts")
    texts = json.loads((tmp_path / told["files"][0]).read_text())["texts"]
    assert [(one["record"], one["texts"]) for one in texts] == [
        ("person", {"motivation": f"{SEALED} 2"}), ("meeting", {"notes": SEALED}),
    ]
    assert document(club, "vault", "status")["readings"] >= 2


def test_an_erasure_asks_counts_and_is_done_once(club: Run, mentor: str, tmp_path: Path) -> None:
    """--json needs --yes; a trial changes nothing; done, it is done, and again says so; the workbook is refused."""
    assert club("erase", mentor, "--json")[0] == 2
    tried = document(club, "erase", mentor, "--dry-run")
    assert (tried["dry_run"], tried["register"]["person"]) == (True, 1)
    done = document(club, "erase", mentor, "--yes")
    assert (done["dry_run"], done["register"], done["kept"]) == (False, tried["register"], [])
    assert sum(done["crm"].values()) == done["crm"]["erased"] == tried["crm"]["bound"]
    assert document(club, "erase", mentor, "--yes")["register"] == {}
    for file in tmp_path.iterdir():
        assert CANARY.encode() not in file.read_bytes(), file.name
    problems = document(club, "import", str(example_club()), code=1)["problems"]
    assert {one["code"] for one in problems} & {"erased"}
    assert document(club, "verify")["consistent"]


def test_what_a_restored_crm_shows_again_is_erased_by_its_key(club: Run, mentor: str, tmp_path: Path) -> None:
    """The sync sets it aside and says what to do; the key of any record of it is enough."""
    taken = (tmp_path / "crm.db").read_bytes()
    assert club("erase", mentor, "--yes")[0] == 0
    (tmp_path / "crm.db").write_bytes(taken)
    waits = document(club, "plan")
    parked = {one["record"]: one["key"] for one in waits["parked"] if one["code"] == "erased"}
    assert parked.keys() >= {"person", "card", "mentor", "pair"}
    assert club("sync", "--approve", waits["hash"])[0] == 3
    for kind in ("pair", "person"):
        assert club("erase", str(parked[kind]), "--yes")[0] == 0
    assert club("sync")[0] == 0


def test_a_person_nobody_knows_is_not_erased(club: Run) -> None:
    """An unknown reference is refused with what to give."""
    assert document(club, "erase", "m-inconnu", "--yes", code=2)["error"] == "KeyUnknown"


def test_retention_shows_first_and_acts_when_told(
    club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --apply nothing goes; with it what was shown is erased; then nothing is due."""
    with register(tmp_path) as opened:
        pair = opened.by_ref("pair", [PAIR])[PAIR]
        opened.save([pair.model_copy(update={"state": "ended", "end": "2001-01-01"})])
    assert club("sync")[0] == 0
    monkeypatch.setenv("BINOME_RETENTION_PAIRS_MONTHS", "12")
    shown = document(club, "retention")
    assert ("pairs_months", str(pair.key)) in {(one["rule"], one["key"]) for one in shown["due"]}
    assert document(club, "retention", "--dry-run")["due"] == shown["due"]
    assert document(club, "retention", "--apply")["due"] == shown["due"]
    assert document(club, "retention")["due"] == []
    assert club("retention", "--apply", "--dry-run", "--json")[0] == 2
