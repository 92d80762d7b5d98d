"""What is due by the rules of retention, what is not yet, and that applying them erases on both sides."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest

from connector.settings import RetentionSettings
from mappings.records import Contribution, Key, Mentee, Pair, Person, Rating, SpeedDating
from sync_jobs.persons.erasure import Eraser
from sync_jobs.persons.retention import Retention
from tests.sync.conftest import MENTEE, MENTOR, OTHER, PAIR, STAY, Club

TODAY = dt.date(2026, 11, 24)
RULES = RetentionSettings(ratings_days=30, pairs_months=12, prospects_months=36)


def made_on(day: dt.date) -> Key:
    """Make a key as it was made on a day."""
    moment = int(dt.datetime.combine(day, dt.time(12), dt.UTC).timestamp() * 1000)
    return Key(int=moment << 80 | 7 << 76 | 2 << 62 | secrets.randbits(62))


def due(club: Club, rules: RetentionSettings = RULES, today: dt.date = TODAY) -> set[tuple[str, Key]]:
    """List what is due."""
    eraser = Eraser(club.register, club.crm, club.state)
    return {(one.rule, one.key) for one in Retention(rules, eraser).due(today)}


@pytest.mark.parametrize(("state", "days", "expected"), [
    ("held", 30, True), ("held", 29, False), ("cancelled", 30, True), ("planned", 400, False),
])
def test_ratings_go_after_the_matching(club: Club, state: str, days: int, expected: bool) -> None:
    """Some days after a speed-dating that is over its ratings are due, of one that is planned never."""
    evening, rating = made_on(TODAY), made_on(TODAY)
    club.register.save([
        SpeedDating(key=evening, date=TODAY - dt.timedelta(days=days), state=state, attendees={MENTOR, MENTEE}),
        Rating(key=rating, speed_dating=evening, rater=MENTOR, rated=MENTEE, rank="yes"),
    ])
    assert (("ratings_days", rating) in due(club)) is expected


@pytest.mark.parametrize(("matched", "expected"), [(30, True), (29, False)])
def test_ratings_are_kept_from_the_matching_on(club: Club, matched: int, expected: bool) -> None:
    """Where pairs were proposed, the days count from then, not from the evening."""
    evening, rating = made_on(TODAY), made_on(TODAY)
    club.register.save([
        SpeedDating(key=evening, date=TODAY - dt.timedelta(days=90), matched_on=TODAY - dt.timedelta(days=matched)),
        Rating(key=rating, speed_dating=evening, rater=MENTOR, rated=MENTEE, rank="yes"),
    ])
    assert (("ratings_days", rating) in due(club)) is expected


@pytest.mark.parametrize(("changes", "expected"), [
    ({"state": "ended", "end": dt.date(2025, 11, 24)}, True),
    ({"state": "ended", "end": dt.date(2025, 11, 25)}, False),
    ({"state": "declined", "proposed_on": dt.date(2025, 1, 1)}, True),
    ({"state": "active", "end": dt.date(2020, 1, 1)}, False),
    ({"state": "ended", "end": None, "planned_end": None}, False),
])
def test_pairs_go_long_after_their_end(club: Club, changes: dict[str, object], expected: bool) -> None:
    """Whole months count from the end, or from the proposal that was declined; without a date a pair is kept."""
    club.register.save([Pair.model_validate({**club.get("pair", PAIR).model_dump(), **changes})])
    assert (("pairs_months", PAIR) in due(club)) is expected


def test_prospects_go_when_nothing_changed_for_long(club: Club) -> None:
    """Only who never was more than a prospect, and of whom neither a run nor a date tells anything since."""
    old, day = dt.date(2023, 1, 1), dt.date(2026, 1, 1)
    quiet, busy, member, known = (made_on(old) for _ in range(4))
    club.register.save([Person(key=who, name="P") for who in (quiet, busy, member, known)])
    club.register.save([Mentee(key=made_on(old), person=who, state="prospect") for who in (quiet, busy, known)])
    club.register.save([
        Mentee(key=made_on(old), person=member),
        Contribution(key=made_on(old), person=busy, date=day, category="workshop", minutes=5),
    ])
    assert due(club) == {("prospects_months", quiet), ("prospects_months", known)}
    club.register.save([club.get("person", known).model_copy(update={"job_title": "X"})])
    club.sync()  # the run notes all of them, since they are new in the CRM
    assert due(club) == set()
    assert due(club, today=dt.date(2030, 1, 1)) == {("prospects_months", who) for who in (quiet, busy, known)}


def test_a_rule_of_zero_keeps_for_ever(club: Club) -> None:
    """Nothing is due by a rule that is off."""
    club.change("pair", PAIR, state="ended", end=dt.date(2000, 1, 1))
    assert due(club, RetentionSettings(ratings_days=0, pairs_months=0, prospects_months=0)) == set()


def test_applying_erases_on_both_sides_and_only_what_is_due(club: Club) -> None:
    """An old pair goes from both sides with its charter and meeting; its people and their profiles stay."""
    club.change("pair", PAIR, state="ended", end=dt.date(2025, 1, 1))
    club.sync()
    eraser = Eraser(club.register, club.crm, club.state)
    found, erased = Retention(RULES, eraser).apply(TODAY)
    assert [(one.rule, one.key) for one in found] == [("pairs_months", PAIR)]
    assert erased is not None
    assert (dict(erased.register), dict(erased.crm)) == ({"pair": 1, "charter": 1, "meeting": 1}, {"erased": 3})
    assert club.crm.bindings("x_mentoring_pair") == {}
    assert None not in (club.get("person", MENTOR), club.get("person", OTHER), club.get("stay", STAY))
    assert Retention(RULES, eraser).apply(TODAY) == ([], None)
    assert club.settled()
