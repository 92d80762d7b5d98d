"""A year's volunteer hours: what counts, what stands apart, and how it is written down."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from connector.register.keys import new_key
from connector.register.repository import Register
from mappings.records import Contribution, Meeting, Pair, Person, Record
from mappings.vocabulary import Category, ContributionState, MeetingState
from sync_jobs.demo import example_club
from sync_jobs.migrations.workbook import import_workbook
from sync_jobs.reports import Hours, hours_csv, hours_of, hours_page, worth
from sync_jobs.screens import Language, Screen
from tests.unit.register_samples import a_meeting, a_pair

DAY = dt.date
CONFIRMED, DECLARED = ContributionState.CONFIRMED, ContributionState.DECLARED


@pytest.fixture(name="register")
def an_empty_register(tmp_path: Path) -> Iterator[Register]:
    """Give an empty register."""
    with Register.open(f"sqlite:///{tmp_path / 'club.db'}", create=True) as register:
        yield register


def given(person: Record, date: dt.date, category: Category, minutes: int, state: ContributionState = CONFIRMED,
          **more: bool) -> Contribution:
    """Make a contribution."""
    return Contribution.model_validate({
        "key": new_key(), "person": person.key, "date": date, "category": category, "minutes": minutes, "state": state,
        **more,
    })


def people_of(records: list[Record]) -> tuple[Person, Person, Pair]:
    """Give mentee, mentor and pair of a sample."""
    mentee, mentor, pair = records[2:5]
    assert isinstance(mentee, Person)
    assert isinstance(mentor, Person)
    assert isinstance(pair, Pair)
    return mentee, mentor, pair


def test_only_what_is_confirmed_in_the_year_counts(register: Register) -> None:
    """Another year's, an archived one and a declared one are not among the hours, nor the people they name."""
    records = a_pair()
    mentee, mentor, _ = people_of(records)
    register.save([
        *records,
        given(mentor, DAY(2026, 1, 1), Category.WORKSHOP, 90), given(mentor, DAY(2026, 12, 31), Category.BREAKFAST, 7),
        given(mentor, DAY(2025, 12, 31), Category.WORKSHOP, 1000),
        given(mentor, DAY(2027, 1, 1), Category.WORKSHOP, 900),
        given(mentor, DAY(2026, 5, 5), Category.WORKSHOP, 800, active=False),
        given(mentee, DAY(2026, 5, 5), Category.BREAKFAST, 40, DECLARED),
    ])
    hours = hours_of(register, 2026)
    assert hours.confirmed == {(Category.WORKSHOP, 1): 90, (Category.BREAKFAST, 12): 7}
    assert hours.declared == {(Category.BREAKFAST, 5): 40}
    assert (hours.total, hours.volunteers) == (97, 1)
    assert hours.volunteers_of == {Category.WORKSHOP: 1, Category.BREAKFAST: 1}


def test_a_mentor_who_notes_mentoring_is_not_counted_by_meetings_too(register: Register) -> None:
    """Held meetings stand apart, and only those of a mentor who noted no mentoring that year, not even declared."""
    silent, noting = a_pair(), a_pair()
    _, _, quiet = people_of(silent)
    _, mentor, told = people_of(noting)
    register.save([
        *silent, *noting, given(mentor, DAY(2026, 6, 30), Category.MENTORING, 60, DECLARED),
        a_meeting(quiet, state=MeetingState.HELD, minutes=45),
        a_meeting(quiet, state=MeetingState.PLANNED, minutes=500),
        a_meeting(quiet, state=MeetingState.HELD, minutes=600, active=False),
        a_meeting(quiet, state=MeetingState.HELD, minutes=700, date=DAY(2025, 11, 3)),
        a_meeting(told, state=MeetingState.HELD, minutes=800),
    ])
    hours = hours_of(register, 2026)
    assert hours.met == {11: 45}
    assert hours.total == 0
    assert hours.document()["meeting_minutes_apart"] == 45


def example(register: Register) -> Hours:
    """Import the example club and give its year."""
    import_workbook(register, example_club(), language="fr")
    return hours_of(register, 2026)


def test_the_example_clubs_figures_are_those_of_a_plain_count(register: Register) -> None:
    """Counting the records one by one gives the same hours, people and meetings apart."""
    hours = example(register)
    shares = [one for one in register.all("contribution") if isinstance(one, Contribution) and one.date.year == 2026]
    sure = [one for one in shares if one.state == "confirmed"]
    assert hours.total == sum(one.minutes for one in sure) > 0
    assert hours.volunteers == len({one.person for one in sure})
    for category in Category:
        assert hours.of_category(category) == sum(one.minutes for one in sure if one.category == category)
    noted = {one.person for one in shares if one.category == "mentoring"}
    mentors = {one.key: one.mentor for one in register.all("pair") if isinstance(one, Pair)}
    apart = [one.minutes for one in register.all("meeting") if isinstance(one, Meeting) and one.state == "held"
             and one.date.year == 2026 and mentors[one.pair] not in noted]
    assert sum(hours.met.values()) == sum(apart) > 0


@pytest.mark.parametrize(("minutes", "rate", "amount"), [
    (60, "12.5", "12.50"), (1, "12.5", "0.21"), (50, "0.03", "0.03"),
])
def test_the_amount_is_rounded_once(minutes: int, rate: str, amount: str) -> None:
    """Minutes times the rate, to the cent, half a cent up."""
    hours = Hours(2026, {(Category.WORKSHOP, 1): minutes}, {}, {}, 1, {})
    assert str(worth(hours, Decimal(rate)).amount) == amount


@pytest.mark.parametrize(("language", "delimiter"), [("fr", ";"), ("en", ",")])
def test_the_csv_adds_up_and_holds_no_formula(register: Register, language: Language, delimiter: str) -> None:
    """Its minutes by state are the report's; every cell begins with a letter or a figure."""
    hours = example(register)
    lines = list(csv.reader(io.StringIO(hours_csv(Screen(language), hours)), delimiter=delimiter))
    assert all(cell[0].isalnum() for line in lines for cell in line)
    added: dict[str, int] = {}
    for _year, _month, _category, state, minutes in lines[1:]:
        added[state] = added.get(state, 0) + int(minutes)
    assert list(added.values()) == [hours.total, sum(hours.declared.values())]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("empty", [True, False])
def test_the_paper_is_one_page_and_always_the_same(register: Register, language: Language, *, empty: bool) -> None:
    """With all that may stand on it, a long club name too, it is one page; a year without hours has one as well."""
    hours = hours_of(register, 2026) if empty else example(register)
    made = [hours_page(Screen(language), hours, worth(hours, Decimal("12.5")), "Club <b> " * 20) for _ in range(2)]
    assert made[0] == made[1]
    assert len(re.findall(rb"/Type /Page\b", made[0])) == 1
