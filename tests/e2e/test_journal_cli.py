"""``binome journal`` as its user meets it: is it whole, and what crossed about somebody?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from connector.register.repository import Register
from connector.settings import Settings
from mappings.records import Person
from tests.e2e.at_work import Run, document


def database(tmp_path: Path) -> str:
    """Give the register's file."""
    return str(make_url(Settings.load(tmp_path / "binome.toml").register.url).database)


def sharing(tmp_path: Path) -> Person:
    """Give somebody of the example club who has an address."""
    with Register.open(f"sqlite:///{database(tmp_path)}") as register:
        return next(one for one in register.all("person") if isinstance(one, Person) and one.email and one.share_email)


def test_a_whole_journal_is_verified(club: Run) -> None:
    """After a sync the chain holds, also against the head that was noted."""
    found = document(club, "journal", "verify")
    assert (found["whole"], found["broken"], found["code"]) == (True, None, "")
    assert found["rows"] > 100
    noted = document(club, "journal", "head")["head"]
    assert club("journal", "head")[1].strip() == noted == found["head"]
    assert document(club, "journal", "verify", "--noted", noted)["whole"]
    assert "Journal intact" in club("journal", "verify")[1]


def test_a_broken_journal_needs_a_person(club: Run, tmp_path: Path) -> None:
    """A row that somebody took out is named; sealing the end again does not hide it."""
    with closing(sqlite3.connect(database(tmp_path))) as meddler, meddler:
        meddler.execute("DELETE FROM disclosure WHERE number = 7")
    assert document(club, "journal", "verify", code=3)["broken"] == 7
    assert club("journal", "seal")[0] == 0
    code, out, _ = club("journal", "verify")
    assert (code, "la ligne 7 manque" in out) == (3, True)


def test_a_cut_off_end_is_found_and_sealed(club: Run, tmp_path: Path) -> None:
    """Without the last rows and with the head set back, the seal does not fit; a person may seal what is left."""
    noted = document(club, "journal", "head")["head"]
    with closing(sqlite3.connect(database(tmp_path))) as meddler, meddler:
        meddler.execute("DELETE FROM disclosure WHERE number > 20")
        meddler.execute(
            "UPDATE disclosure_head SET count = 20, hash = (SELECT hash FROM disclosure WHERE number = 20)")
    assert document(club, "journal", "verify", code=3)["code"] == "head_unsealed"
    assert document(club, "journal", "seal")["head"].startswith("20:")
    assert document(club, "journal", "verify")["rows"] == 20
    assert document(club, "journal", "verify", "--noted", noted, code=3)["broken"] == 21


def test_what_crossed_about_somebody_is_told_without_values(club: Run, tmp_path: Path) -> None:
    """Their fields with destination, audience and rule; on the screen by their labels; nowhere a value."""
    somebody = sharing(tmp_path)
    told = document(club, "journal", "show", "--person", str(somebody.key))["disclosed"]
    mail = next(one for one in told if (one["record"], one["field"]) == ("person", "email"))
    assert (mail["destination"], mail["audience"], mail["rule"], mail["event"], mail["times"]) == (
        "res.partner.email", "EMPLOYEES", "consent share_email", "sent", 1)
    assert {one["record"] for one in told} > {"person", "card"}
    own = document(club, "journal", "show", "--record", str(somebody.key))["disclosed"]
    assert {one["key"] for one in own} == {str(somebody.key)}
    assert document(club, "journal", "show", "--since", "2999-01-01")["disclosed"] == []
    code, out, _ = club("journal", "show", "--record", str(somebody.key))
    assert code == 0
    assert "accord" in "".join(out.split())
    assert somebody.name not in out
    assert somebody.email
    assert somebody.email not in out + str(told)


@pytest.mark.parametrize("words", [
    ["show", "--person", "nobody"], ["show", "--record", "abcdef12"], ["show", "--person", "a", "--record", "b"],
    ["verify", "--noted", "nonsense"],
])
def test_a_question_that_names_nothing_is_refused(club: Run, words: list[str]) -> None:
    """An unknown person or record, both at once, and a head that none is: exit 2."""
    document(club, "journal", *words, code=2)
