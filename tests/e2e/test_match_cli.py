"""A speed-dating on the command line: rounds, sheets, ratings by file and by Odoo, proposals, answers, purge."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from mappings.catalogue import BY_KIND
from mappings.records import Mentee, Mentor, Organisation, Person, SpeedDating, Stay
from tests.e2e.at_work import Run, document, staff
from tests.property.strategies import key

EVENING = "sd-soir"
MENTORS, MENTEES = [key(n) for n in (1, 2, 3)], [key(n) for n in (11, 12, 13, 14)]
RANKS = {"no": "non", "yes": "oui"}


def register(folder: Path) -> Register:
    """Open the club's register."""
    return Register.open(f"sqlite:///{folder / 'binome.db'}")


def everything(folder: Path, kind: str) -> list[Any]:
    """Give the records of a kind that stand; of rounds and ratings, this evening's."""
    with register(folder) as opened:
        return [one for one in opened.all(kind) if one.active and getattr(one, "speed_dating", key(400)) == key(400)]


@pytest.fixture
def evening(club: Run, tmp_path: Path) -> Run:
    """Add an evening of three mentors and four mentees, of a company each."""
    people = [*MENTORS, *MENTEES]
    with register(tmp_path) as opened:
        opened.save([Organisation(key=key(100 + n), name=f"Maison {n}") for n in range(7)])
        opened.save([
            Person(key=one, name=f"Personne {n}", ref=f"p-{n}", organisation=key(100 + n))
            for n, one in enumerate(people)
        ])
        opened.save([
            *(Mentor(key=key(200 + n), person=one, capacity=1) for n, one in enumerate(MENTORS)),
            *(Mentee(key=key(210 + n), person=one) for n, one in enumerate(MENTEES)),
            Stay(key=key(300), organisation=key(103), start=dt.date(2020, 1, 1), planned_end=dt.date(2099, 1, 1)),
            SpeedDating(key=key(400), ref=EVENING, date=dt.date(2026, 11, 20), state="held", rounds=3,
                        attendees=frozenset(people)),
        ])
    return club


def fill(folder: Path, rows: list[tuple[str, str, str]]) -> str:
    """Write a file of ratings as French Excel does."""
    with (folder / "notes.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([("Qui apprécie", "Qui est apprécié", "Envie de travailler ensemble"), *rows])
    return "notes.csv"


def all_yes(folder: Path) -> list[tuple[str, str, str]]:
    """Let everybody wish everybody they met, but mentor 0 and mentee 3: that mentor says no."""
    rows = []
    for one in everything(folder, "encounter"):
        mentor, mentee = MENTORS.index(one.mentor), 3 + MENTEES.index(one.mentee)
        rows += [(f"p-{mentor}", f"p-{mentee}", "non" if (mentor, mentee) == (0, 3) else "oui"),
                 (f"Personne {mentee}", f"Personne {mentor}", "Oui")]
    return rows


def test_rounds_are_shown_first_and_written_when_asked(evening: Run, tmp_path: Path) -> None:
    """A trial writes nothing; applied, everybody's encounters and blank ratings stand, and again changes nothing."""
    told = document(evening, "match", EVENING, "--rotation")
    assert (told["encounters"], told["bound"], told["gap"], told["applied"]) == (9, 9, 0, False)
    assert everything(tmp_path, "encounter") == []
    document(evening, "match", EVENING, "--rotation", "--apply")
    seats, ratings = everything(tmp_path, "encounter"), everything(tmp_path, "rating")
    assert (len(seats), len(ratings)) == (9, 18)
    assert {(one.mentor, one.mentee) for one in seats} <= set(itertools.product(MENTORS, MENTEES))
    document(evening, "match", EVENING, "--rotation", "--apply")
    assert (everything(tmp_path, "encounter"), everything(tmp_path, "rating")) == (seats, ratings)


def test_sheets_are_printed_once_for_their_owner(evening: Run, tmp_path: Path) -> None:
    """The PDF has a page for each person and round, private to its maker; an existing file is not overwritten."""
    assert document(evening, "match", EVENING, "--sheets", "x.pdf", code=2)["error"] == "EveningUnfit"
    document(evening, "match", EVENING, "--rotation", "--apply")
    document(evening, "match", EVENING, "--sheets", "x.pdf")
    content = (tmp_path / "x.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 7 + 3
    assert (tmp_path / "x.pdf").stat().st_mode & 0o777 == 0o600
    assert document(evening, "match", EVENING, "--sheets", "x.pdf", code=2)["error"] == "FileExists"


def test_a_file_of_ratings_is_taken_whole_or_refused_by_cell(evening: Run, tmp_path: Path) -> None:
    """Every wrong cell is named, with its row and column and never its value; then nothing was taken."""
    document(evening, "match", EVENING, "--rotation", "--apply")
    stranger = fill(tmp_path, [("p-0", "Zorglub", "oui"), ("p-0", "p-1", "oui"), ("p-0", "", "bof")])
    told = document(evening, "match", EVENING, "--ratings", stranger, "--apply", code=1)
    found = [(one["row"], one["letter"], one["code"]) for one in told["problems"]]
    assert found == [(2, "B", "not_seated"), (3, "B", "not_met"), (4, "B", "required"), (4, "C", "choice")]
    assert "Zorglub" not in str(told)
    assert {one.rank for one in everything(tmp_path, "rating")} == {None}
    good = fill(tmp_path, all_yes(tmp_path))
    assert document(evening, "match", EVENING, "--ratings", good)["changed"] == 18
    assert document(evening, "match", EVENING, "--ratings", good, "--apply")["missing"] == 0
    assert document(evening, "match", EVENING, "--ratings", good)["changed"] == 0
    assert document(evening, "match", EVENING, "--rotation", code=2)["error"] == "EveningUnfit"


def test_pairs_are_proposed_once_answered_and_the_ratings_purged(evening: Run, tmp_path: Path) -> None:
    """Missing ratings wait for a person; applied twice gives each pair once; both accept; ratings go on both sides."""
    document(evening, "match", EVENING, "--rotation", "--apply")
    assert document(evening, "match", EVENING, code=3)["missing"] == 18
    assert document(evening, "match", EVENING, "--apply", code=3)["error"] == "RatingsMissing"
    document(evening, "match", EVENING, "--ratings", fill(tmp_path, all_yes(tmp_path)), "--apply")
    before = len(everything(tmp_path, "pair"))
    shown = document(evening, "match", EVENING)
    assert (len(shown["pairs"]), [one["why"] for one in shown["alone"]]) == (3, ["others_taken"])
    assert len(everything(tmp_path, "pair")) == before
    assert document(evening, "sync")["parked"] == 0
    names = {BY_KIND["rating"].external_id(one.key) for one in everything(tmp_path, "rating")}
    assert len(names) == 18
    assert document(evening, "match", EVENING, "--apply", "--purge")["purged"] == 18
    made = [one for one in everything(tmp_path, "pair") if one.mentor in MENTORS]
    assert {(one.state, one.mentor_accepted, one.mentee_accepted) for one in made} == {("proposed", False, False)}
    assert {one.stay for one in made if one.mentee == MENTEES[0]} <= {key(300)}
    assert document(evening, "match", EVENING, "--apply")["created"] == 0
    assert len(everything(tmp_path, "pair")) == before + 3
    assert everything(tmp_path, "rating") == []
    document(evening, "sync")
    crm = SandboxCrm.open(str(tmp_path / "crm.db"))
    assert not names & set(crm.bindings("x_mentoring_rating"))
    crm.close()
    name = made[0].key.hex
    assert document(evening, "pair", "accept", name, "--by", "mentor")["state"] == "proposed"
    assert document(evening, "pair", "accept", name, "--by", "mentee")["state"] == "accepted"
    assert document(evening, "pair", "decline", made[1].key.hex, "--by", "mentee")["state"] == "declined"
    assert document(evening, "pair", "accept", made[1].key.hex, "--by", "mentor", code=2)["error"] == "PairMovedOn"


def test_ratings_typed_in_the_crm_count(evening: Run, tmp_path: Path) -> None:
    """What the coordinator types into the rows that the rotation made comes back by the sync, and is honoured."""
    document(evening, "match", EVENING, "--rotation", "--apply")
    document(evening, "sync")
    with staff(tmp_path) as coordinator:
        for one in everything(tmp_path, "rating"):
            no = (one.rater, one.rated) == (MENTORS[0], MENTEES[0])
            name = BY_KIND["rating"].external_id(one.key)
            coordinator.write("x_mentoring_rating", name, x_rank="no" if no else "yes")
    document(evening, "sync")
    told = document(evening, "match", EVENING)
    assert told["missing"] == 0
    assert len(told["pairs"]) == 3
    assert (str(MENTORS[0]), str(MENTEES[0])) not in {(one["mentor"], one["mentee"]) for one in told["pairs"]}


def test_the_screen_shows_no_rating(evening: Run, tmp_path: Path) -> None:
    """Pairs are explained and nobody's rank is told, neither on the screen nor in the document."""
    document(evening, "match", EVENING, "--rotation", "--apply")
    document(evening, "match", EVENING, "--ratings", fill(tmp_path, all_yes(tmp_path)), "--apply")
    code, out, _ = evening("match", EVENING)
    assert code == 0
    assert "chacun souhaite travailler avec" in " ".join(out.split())
    said = out + str(document(evening, "match", EVENING))
    assert not [word for word in (*RANKS.values(), "absolument", "absolutely", "maybe") if f" {word} " in said]
