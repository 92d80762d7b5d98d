"""A whole year of a club, played on the real Odoo day by day with the jobs run daily, ends with the figures it must."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings import rules
from mappings.destinations import MODELS
from mappings.records import ClubSession, Meeting
from mappings.vocabulary import CharterState, MeetingState, PairState
from tests.contract.real import RealStaff

from .fixtures import own_odoo
from .ground import Ground
from .year import reckoning
from .year.play import Year
from .year.script import EVENINGS, LAST_DAY, PAIRS, YEAR, events
from .year.trials import TRIALS

pytestmark = pytest.mark.odoo
FIRST_DAY = dt.date(YEAR, 2, 1)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Play the year once: all that is told below is seen at its end."""
    folder: Path = tmp_path_factory.mktemp("year")
    with own_odoo() as odoo, pytest.MonkeyPatch.context() as patch:
        ground = Ground.prepared(odoo, folder)
        for name, value in ground.environment().items():
            patch.setenv(name, value)
        patch.setenv("BINOME_CRM_USER", "binome")
        played = Year(RealStaff(odoo), ground.register_url, folder / "binome.toml")
        played.begin()
        happening = events()
        for number in range((LAST_DAY - FIRST_DAY).days + 1):
            today = FIRST_DAY + dt.timedelta(days=number)
            _rule, trial = TRIALS.get(today, (0, None))
            evening = EVENINGS.index(today) if today in EVENINGS else None
            played.day(today, happening.get(today, []), trial, evening)
        yield played


def every(year: Year, kind: str) -> list[object]:
    """List the register's records of a kind."""
    with year.register() as register:
        return list(register.all(kind))


def ours(year: Year, kind: str) -> list[object]:
    """List those that hang on a pair of the script: trials made others."""
    pairs = set(year.pairs.values())
    return [one for one in every(year, kind) if (one.key if kind == "pair" else one.pair) in pairs]  # type: ignore[attr-defined]


def states(records: list[object]) -> Counter[str]:
    """Count records by their state."""
    return Counter(one.state.value for one in records)  # type: ignore[attr-defined]


def test_forty_pairs_came_out_of_two_evenings(year: Year) -> None:
    """Each evening proposed its twenty; their ends are those of the script; no rating is left on either side."""
    assert sorted(year.pairs) == list(range(1, PAIRS + 1))
    assert states(ours(year, "pair")) == reckoning.pairs()
    assert every(year, "rating") == []
    assert year.staff.odoo.execute("x_mentoring_rating", "search_count", []) == 0


def test_meetings_are_as_many_and_as_long_as_they_were(year: Year) -> None:
    """The figures of means, on both sides, are those that the script adds up to."""
    meetings = [m for m in ours(year, "meeting") if isinstance(m, Meeting)]
    assert rules.figures(meetings) == reckoning.met()
    rows = year.staff.odoo.execute("x_mentoring_meeting", "search_read", [("x_state", "=", "held")], ["x_minutes"])
    assert {"meetings": len(rows), "minutes": sum(row["x_minutes"] for row in rows)} == reckoning.met()


def test_charters_stand_as_they_were_signed(year: Year) -> None:
    """Old versions are superseded, half of the new ones signed, the others still to sign."""
    assert states(ours(year, "charter")) == reckoning.charters()


def test_hours_are_reported_to_the_minute(year: Year) -> None:
    """The report for the general assembly tells what was confirmed, by category and month, and by how many people."""
    told = year.run("report", "hours", "--year", str(YEAR))
    assert told["confirmed_minutes"] == sum(reckoning.minutes_by("category").values())
    categories = {name: one["confirmed_minutes"] for name, one in told["categories"].items()}
    assert {name: minutes for name, minutes in categories.items() if minutes} == dict(reckoning.minutes_by("category"))
    months = map(sum, zip(*(one["months"] for one in told["categories"].values()), strict=True))
    assert {n: minutes for n, minutes in enumerate(months, start=1) if minutes} == dict(reckoning.minutes_by("month"))
    assert told["volunteers"] == len(reckoning.minutes_by("mentor"))


def test_the_second_quarter_had_no_session(year: Year) -> None:
    """Four sessions were held, and the quarter without one is named."""
    sessions = [s for s in every(year, "club_session") if isinstance(s, ClubSession)]
    assert len(sessions) == 4
    assert rules.quarters_without_session(sessions, YEAR) == [2]


def test_every_state_was_seen(year: Year) -> None:
    """All states of pairs, charters and meetings occurred on some day."""
    assert year.seen["pair"] == {state.value for state in PairState}
    assert year.seen["charter"] == {state.value for state in CharterState}
    assert year.seen["meeting"] == {state.value for state in MeetingState}


def test_every_rule_was_tried() -> None:
    """Six refusals were met by staff; of the others there is no field, a figure, or a reminder."""
    assert {rule for rule, _trial in TRIALS.values()} == {1, 2, 3, 4, 5, 6, 12}
    columns = [name for model in MODELS.values() if model.ours for name in model.fields]
    rules.never_invoiced(columns)
    rules.no_reason_needed(columns)


def test_both_sides_say_the_same_at_the_end(year: Year) -> None:
    """After the last night nothing is planned."""
    assert year.run("plan")["changes"] == []
