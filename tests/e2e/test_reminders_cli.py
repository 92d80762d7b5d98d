"""Reminders, calendars and the end of a pair on the command line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from icalendar import Calendar

from mappings.records import Pair
from tests.e2e.at_work import Run, document, staff
from tests.e2e.test_persons_cli import PAIR, register

MODEL = "x_mentoring_pair"


def the_pair(folder: Path) -> Pair:
    """Read the pair."""
    with register(folder) as opened:
        pair = opened.by_ref("pair", [PAIR])[PAIR]
    assert isinstance(pair, Pair)
    return pair


def test_reminders_are_shown_made_once_and_told(club: Run) -> None:
    """A dry run says what is due and does nothing; a run makes it, a second one nothing."""
    dry = document(club, "reminders", "--dry-run", "--today", "2027-06-01")
    assert (dry["created"], len(dry["due"]) > 0, all(one["new"] for one in dry["due"])) == (0, True, True)
    made = document(club, "reminders", "--today", "2027-06-01")
    assert (made["created"], made["missing"]) == (len(dry["due"]), 0)
    again = document(club, "reminders", "--today", "2027-06-01")
    assert (again["created"], again["withdrawn"], any(one["new"] for one in again["due"])) == (0, 0, False)
    shown = club("reminders", "--dry-run", "--today", "2027-06-01")[1]
    assert PAIR in shown
    assert "0 rappels à créer" in shown


def test_reminders_name_nobody(club: Run, tmp_path: Path) -> None:
    """Neither the screen nor an activity holds a name of the club."""
    shown = club("reminders", "--today", "2027-06-01")[1]
    with register(tmp_path) as opened, staff(tmp_path) as at_work:
        names = [getattr(one, "name") for one in opened.all("person")]  # noqa: B009 - a person has one
        pairs = [f"binome.pair_{row.key.hex}" for row in opened.all("pair")]
        asked = [activity.summary for name in pairs for activity in at_work.activities(MODEL, name)]
    assert asked
    assert names
    assert not any(name in text for name in names for text in (shown, *asked))


def test_a_calendar_for_each_coordinator(club: Run, tmp_path: Path) -> None:
    """One file each, with constant titles, the same ids every time, and the pair's reference."""
    pair = the_pair(tmp_path)
    with staff(tmp_path) as at_work:
        user = at_work.create("res.users", name="Coordinator", login="coordinator")
        at_work.write(MODEL, f"binome.pair_{pair.key.hex}", x_coordinator_id=user, x_private=True)
    mine = f"coordinator-{user}.ics"
    assert document(club, "calendar", "--out", str(tmp_path / "ics"))["files"] == [mine, "unassigned.ics"]
    file = tmp_path / "ics" / mine
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert {str(one["summary"]) for one in events} == {"Rencontre de mentorat"}
    assert {str(one["description"]) for one in events} == {PAIR}
    uids = [str(one["uid"]) for one in events]
    assert file.stat().st_mode & 0o777 == 0o600
    assert document(club, "calendar", "--out", str(tmp_path), "--coordinator", str(user))["files"] == [mine]
    later = Calendar.from_ical((tmp_path / mine).read_bytes())
    assert [str(one["uid"]) for one in later.walk("VEVENT")] == uids
    assert club("calendar", "--out", str(tmp_path), "--coordinator", "99")[0] == 2
    others = (tmp_path / "ics" / "unassigned.ics").read_text()
    assert not any(uid in others for uid in uids)


@pytest.mark.parametrize("code", ["early_mentee", "early_mentor", "stay_ended"])
def test_a_pair_ends_by_its_code_alone(club: Run, tmp_path: Path, code: str) -> None:
    """It is over on that day on both sides, its reminders are taken back, and it cannot end twice."""
    assert the_pair(tmp_path).state == "active"
    document(club, "reminders", "--today", "2027-06-01")
    assert document(club, "pair", "end", PAIR, "--code", code, "--on", "2027-05-31")["end"] == "2027-05-31"
    ended = the_pair(tmp_path)
    assert (ended.state, ended.end, ended.end_code) == ("ended", dt.date(2027, 5, 31), code)
    assert club("sync")[0] == 0
    assert document(club, "reminders", "--today", "2027-06-01")["withdrawn"] > 0
    with staff(tmp_path) as at_work:
        name = f"binome.pair_{ended.key.hex}"
        assert at_work.read(MODEL, name, "x_end_code")["x_end_code"] == code
        assert at_work.activities(MODEL, name) == []
    assert club("pair", "end", PAIR, "--code", code)[0] == 2


def test_a_pair_does_not_end_before_it_began(club: Run, tmp_path: Path) -> None:
    """A day before the start is refused, and nothing changes."""
    before = the_pair(tmp_path)
    assert club("pair", "end", PAIR, "--code", "other", "--on", "2000-01-01")[0] == 2
    assert the_pair(tmp_path) == before


def test_the_status_tells_of_a_quarter_without_a_session(club: Run, tmp_path: Path) -> None:
    """Where the last quarter went by without one, the status says so, and it is no failure."""
    with register(tmp_path) as opened:
        opened.save([one.model_copy(update={"coach": None}) for one in opened.all("club_session")])
    assert document(club, "status")["quarter_without_session"]
    assert "Aucune réunion du club" in club("status")[1]
