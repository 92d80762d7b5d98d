"""The charter on the command line, from the draft to the signed file, beside a CRM that learns of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connector.register.repository import Register
from mappings.records import Pair
from tests.e2e.at_work import Run, document, staff


def waiting(folder: Path) -> tuple[str, str, str]:
    """Give a pair that waits for its charter, a person of it, and somebody else, by reference."""
    with Register.open(f"sqlite:///{folder / 'binome.db'}") as register:
        people = {one.key: str(one.ref) for one in register.all("person")}
        pair = next(one for one in register.all("pair") if isinstance(one, Pair) and one.state == "charter_pending")
        other = next(ref for who, ref in people.items() if who not in (pair.mentor, pair.mentee))
        return str(pair.ref), people[pair.mentee], other


@pytest.fixture
def key(binome: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every command a master key."""
    monkeypatch.setenv("BINOME_VAULT_KEY", str(document(binome, "vault", "key")["key"]))


@pytest.mark.usefixtures("key")
def test_a_charter_from_draft_to_filed(club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made under a new version, sent, signed, filed, told again, given to one of the two; each refusal has its code."""
    pair, mentee, other = waiting(tmp_path)
    monkeypatch.setenv("BINOME_CLUB_CHARTER_VERSION", "2027-1")
    today = dt.datetime.now(ZoneInfo("Europe/Paris")).date()
    assert document(club, "charter", "sign", pair, "--by", "mentor", code=2)["error"] == "CharterMissing"
    asked = document(club, "charter", "supersede")
    assert (pair in asked["pairs"], asked["applied"]) == (True, False)
    assert document(club, "charter", "supersede", "--apply")["pairs"] == asked["pairs"]
    made = document(club, "charter", "make", pair, "--out", "c.pdf")
    assert (made["state"], made["version"], (tmp_path / "c.pdf").read_bytes()[:4]) == ("draft", "2027-1", b"%PDF")
    assert document(club, "charter", "make", pair, "--out", "c.pdf", code=2)["error"] == "FileExists"
    assert document(club, "charter", "sent", pair)["sent_on"] == str(today)
    tomorrow = str(today + dt.timedelta(days=2))
    assert document(club, "charter", "sign", pair, "--by", "mentor", "--on", tomorrow, code=2)["error"] == "DayToCome"
    assert document(club, "charter", "sign", pair, "--by", "mentor", "--way", "scan")["state"] == "signed_by_mentor"
    signed = document(club, "charter", "sign", pair, "--by", "mentee", "--recorded-by", "Claire")
    assert (signed["state"], signed["mentee_recorded_by"]) == ("signed", "Claire")
    (tmp_path / "back.pdf").write_bytes(b"%PDF signed by both")
    assert document(club, "charter", "file", pair, "back.pdf")["signed_hash"]
    told = [document(club, "charter", "verify", name) for name in ("c.pdf", "back.pdf")]
    assert [(one["file"], one["pair"], one["version"]) for one in told] == [
        ("blank", pair, "2027-1"), ("signed", pair, "2027-1"),
    ]
    assert document(club, "charter", "verify", "binome.toml", code=3) == {"known": False}
    assert document(club, "charter", "file", pair, "--out", "b.pdf", "--as", other, code=2)["error"] == "NotOfThePair"
    assert club("charter", "file", pair, "--out", "b.pdf", "--as", mentee)[0] == 0
    assert (tmp_path / "b.pdf").read_bytes() == b"%PDF signed by both"
    assert club("charter", "annex", pair, "--out", "annex.pdf", "--as", mentee)[0] == 0
    shown = club("pair", "show", pair, "--as", mentee)[1]
    assert "charter file" in shown
    assert "JVBERi" not in shown
    assert club("sync", "--json")[0] in (0, 3)
    with staff(tmp_path) as crm:
        name = f"binome.charter_{signed['key'].replace('-', '')}"
        row = crm.read("x_mentoring_charter", name, "x_state", "x_mentor_signed_way")
    assert (row["x_state"], row["x_mentor_signed_way"]) == ("signed", "scan")


def test_people_read_it_in_their_language(club: Run, tmp_path: Path) -> None:
    """On the screen a charter's state, days and hash have their French names, and a refusal its French advice."""
    pair, mentee, _ = waiting(tmp_path)
    code, out, _ = club("charter", "supersede")
    assert (code, "Rien n'est changé" in out) == (0, True)
    code, out, err = club("charter", "sign", pair, "--by", "mentor", "--on", "2999-01-01")
    assert (code, "encore à venir" in err) == (2, True)
    assert "Charte 2026-1" in club("charter", "sent", pair)[1]
    assert club("charter", "file", pair)[0] == 2
    assert "0 jalons atteints sur 4" in club("roadmap", pair, "--as", mentee, "--milestones", "4")[1]
    assert document(club, "roadmap", pair, "--done", "1")["milestones_done"] == 1
    assert document(club, "roadmap", pair, "--done", "5", code=2)["error"] == "DoneBeyond"
