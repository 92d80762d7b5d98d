"""The rules on what a pair does once it is proposed, each kept and each broken."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import rules
from mappings.destinations import MODELS
from mappings.records import RECORDS, Charter, ClubSession, Contribution, Meeting, Pair, Stay
from mappings.vocabulary import CharterState, MeetingState, PairState, SessionState
from tests.property.strategies import DAYS, key
from tests.unit.rules_samples import MENTOR, PAIR, VENTURE, pair

DAY = dt.date(2026, 3, 2)
ONE = dt.timedelta(days=1)


def charter(**more: Any) -> Charter:
    """Make a charter that both signed."""
    said = {
        "key": key(20), "pair": PAIR, "version": "2026", "state": CharterState.SIGNED,
        "mentor_signed_on": DAY, "mentee_signed_on": DAY,
    }
    return Charter(**{**said, **more})


def meeting(number: int = 30, **more: Any) -> Meeting:
    """Make a meeting that was held."""
    return Meeting(**{"key": key(number), "pair": PAIR, "date": DAY, "state": MeetingState.HELD, **more})


def session(date: dt.date, **more: Any) -> ClubSession:
    """Make a club session that was held with a coach."""
    return ClubSession(**{"key": key(25), "date": date, "state": SessionState.HELD, "coach": MENTOR, **more})


# 4. Both accept

UNDECIDED = {PairState.PROPOSED, PairState.DECLINED, PairState.ENDED}


@pytest.mark.parametrize("state", PairState)
def test_4_both_accepted_is_fine_in_every_state(state: PairState) -> None:
    """With both acceptances a pair may be in any state."""
    rules.both_accept(pair(state, mentor_accepted=True, mentee_accepted=True))


@pytest.mark.parametrize("state", PairState)
@pytest.mark.parametrize("said", [(False, False), (True, False), (False, True)])
def test_4_no_pair_is_imposed(state: PairState, said: tuple[bool, bool]) -> None:
    """Without both acceptances a pair stays a proposal, or is declined or ended."""
    proposed = pair(state, mentor_accepted=said[0], mentee_accepted=said[1])
    if state in UNDECIDED:
        rules.both_accept(proposed)
    else:
        with pytest.raises(rules.NotAccepted):
            rules.both_accept(proposed)


# 5. Both signatures before activation


def test_5_a_charter_signed_by_both_activates() -> None:
    """A pair with a signed charter of the current version may be active."""
    rules.signed_before_active(pair(PairState.ACTIVE), [charter(version="2024", state="superseded"), charter()], "2026")
    rules.signed_before_active(pair(PairState.ACTIVE), [charter(version="2019")])


@pytest.mark.parametrize("bad", [
    {"mentor_signed_on": None}, {"mentee_signed_on": None}, {"state": CharterState.SUPERSEDED},
    {"state": CharterState.TERMINATED}, {"state": CharterState.SIGNED_BY_MENTOR}, {"active": False},
    {"pair": key(99)}, {"version": "2025"},
], ids=lambda change: next(iter(change)))
def test_5_any_lack_of_the_charter_is_refused(bad: dict[str, Any]) -> None:
    """One signature, another state, an archived charter, another pair's or an older version do not activate."""
    with pytest.raises(rules.CharterNotSigned):
        rules.signed_before_active(pair(PairState.ACTIVE), [charter(**bad)], "2026")


def test_5_no_charter_is_refused_and_other_states_need_none() -> None:
    """Only an active pair needs its charter; then it needs one."""
    with pytest.raises(rules.CharterNotSigned):
        rules.signed_before_active(pair(PairState.ACTIVE), [])
    for state in set(PairState) - {PairState.ACTIVE}:
        rules.signed_before_active(pair(state), [], "2026")


@pytest.mark.parametrize(("said", "former", "follows"), [
    ({}, None, "signed"),
    ({"state": "draft"}, None, "signed"),
    ({"mentee_signed_on": None}, None, "signed_by_mentor"),
    ({"mentor_signed_on": None, "state": "sent"}, None, "signed_by_mentee"),
    ({"mentor_signed_on": None, "mentee_signed_on": None, "state": "sent"}, "draft", "sent"),
    ({"mentor_signed_on": None, "mentee_signed_on": None, "state": "draft"}, "sent", "draft"),
    ({"mentor_signed_on": None, "mentee_signed_on": None}, "sent", "sent"),
    ({"mentor_signed_on": None, "mentee_signed_on": None}, None, "draft"),
    ({"mentor_signed_on": None, "mentee_signed_on": None, "state": "draft", "sent_on": DAY}, None, "sent"),
    ({"state": "superseded"}, None, "superseded"),
    ({"state": "terminated", "mentor_signed_on": None}, "signed", "terminated"),
])
def test_5_the_state_of_a_charter_follows_its_dates(said: dict[str, Any], former: Any, follows: str) -> None:
    """Dates decide; without any, staff choose draft or sent, and nothing else; what is over stays over."""
    assert rules.charter_state(charter(**said), CharterState(former) if former else None) == follows


def test_the_first_interview_is_due_two_weeks_after_the_second_signature() -> None:
    """From the later date; not before both signed, and no more once it was held: planned or another kind is not it."""
    late = charter(mentor_signed_on=DAY, mentee_signed_on=DAY + dt.timedelta(days=3))
    due = DAY + dt.timedelta(days=17)

    def met(**more: Any) -> list[Meeting]:
        values = {"key": key(50), "pair": PAIR, "date": DAY, "purpose": "first_interview", "state": "held"}
        return [Meeting(**{**values, **more})]

    assert rules.first_interview_due(late, []) == due
    assert rules.first_interview_due(late, [], days=7) == DAY + dt.timedelta(days=10)
    for other in ({"state": "planned"}, {"purpose": "regular"}, {"pair": key(99)}, {"active": False}):
        assert rules.first_interview_due(late, met(**other)) == due
    assert rules.first_interview_due(late, met()) is None
    assert rules.first_interview_due(charter(mentee_signed_on=None), []) is None


# 6. The end follows the stay


def stay(**more: Any) -> Stay:
    """Make a hosting stay."""
    return Stay(key=key(10), organisation=VENTURE, start=DAY, **more)


@pytest.mark.parametrize(("planned", "of_stay", "expected"), [
    (DAY, {"planned_end": DAY + ONE}, DAY), (DAY + ONE, {"planned_end": DAY}, DAY),
    (None, {"planned_end": DAY}, DAY), (DAY, {}, DAY), (None, {}, None),
    (DAY + ONE, {"planned_end": DAY + 9 * ONE, "end": DAY}, DAY),
    (DAY + 5 * ONE, {"planned_end": DAY, "end": DAY + 9 * ONE}, DAY + 5 * ONE),
])
def test_6_a_pair_ends_with_the_earlier_of_both_ends(
    planned: dt.date | None, of_stay: dict[str, Any], expected: dt.date | None,
) -> None:
    """The end is the pair's own or the stay's, whichever is earlier; a real end counts before a planned one."""
    assert rules.end_follows_stay(pair(planned_end=planned), stay(**of_stay)) == expected


def test_6_without_a_stay_the_pair_ends_as_planned() -> None:
    """A pair that belongs to no stay keeps its own planned end."""
    assert rules.end_follows_stay(pair(planned_end=DAY), None) == DAY
    assert rules.end_follows_stay(pair(), None) is None
    rules.within_stay(pair(planned_end=DAY), None)


def test_6_a_pair_does_not_outlive_its_stay() -> None:
    """A planned end after the stay's is refused; on the same day, or none at all, is fine."""
    rules.within_stay(pair(planned_end=DAY), stay(planned_end=DAY))
    rules.within_stay(pair(), stay(planned_end=DAY))
    with pytest.raises(rules.OutlivesStay):
        rules.within_stay(pair(planned_end=DAY + ONE), stay(planned_end=DAY))
    with pytest.raises(rules.OutlivesStay):
        rules.within_stay(pair(planned_end=DAY + ONE), stay(planned_end=DAY + 9 * ONE, end=DAY))


# 7 and 8. No amount, no reason


@pytest.mark.parametrize("name", ["invoice_line", "unit_price", "x_Amount", "fee", "numero_facture", "prix",
                                  "MONTANT", "tarif"])
def test_7_a_field_for_an_amount_is_refused(name: str) -> None:
    """Nothing of a pair has a price, in either language."""
    with pytest.raises(rules.Invoiced):
        rules.never_invoiced(["state", name])


@pytest.mark.parametrize("name", ["reason", "x_end_reason", "Motif", "motif_de_depart"])
def test_8_a_field_for_a_reason_is_refused(name: str) -> None:
    """A mentee who leaves is not asked why, in either language."""
    with pytest.raises(rules.ReasonAsked):
        rules.no_reason_needed(["end_code", name])


@pytest.mark.parametrize("record", [Pair, Charter, Meeting, Contribution], ids=lambda record: record.kind)
def test_7_and_8_hold_for_the_shipped_records_and_columns(record: Any) -> None:
    """No field of a pair's records, nor of their CRM models, holds an amount or a reason."""
    columns = MODELS[f"x_mentoring_{record.kind}"].fields
    for names in (record.model_fields, columns):
        rules.never_invoiced(names)
        rules.no_reason_needed(names)


def test_7_words_that_only_sound_alike_are_fine() -> None:
    """The roadmap (feuille de route) and a person's motivation are neither a fee nor a reason."""
    rules.never_invoiced(["feuille_de_route", "milestones"])
    rules.no_reason_needed(["motivation", "end_code"])


def test_7_feedback_is_no_fee() -> None:
    """A word is judged whole: coffee and feedback cost nothing."""
    rules.never_invoiced(["feedback_given", "coffee_break"])


# 9. Cadence


def test_9_a_meeting_is_due_one_period_after_the_last_one_held() -> None:
    """The period starts at the latest meeting held, or at the start of the pair."""
    active = pair(PairState.ACTIVE, start=DAY, cadence_days=60)
    assert rules.next_meeting_due(active, []) == DAY + 60 * ONE
    met = [meeting(31, date=DAY + 9 * ONE), meeting(32, date=DAY + 5 * ONE)]
    assert rules.next_meeting_due(active, met) == DAY + 69 * ONE


@pytest.mark.parametrize("bad", [
    {"state": MeetingState.PLANNED}, {"state": MeetingState.CANCELLED}, {"state": MeetingState.MISSED},
    {"state": MeetingState.POSTPONED}, {"active": False}, {"pair": key(99)},
], ids=str)
def test_9_only_meetings_of_this_pair_that_were_held_count(bad: dict[str, Any]) -> None:
    """Planned, cancelled, missed, postponed or archived meetings, and those of others, do not reset the period."""
    active = pair(PairState.ACTIVE, start=DAY)
    assert rules.next_meeting_due(active, [meeting(date=DAY + 9 * ONE, **bad)]) == DAY + 30 * ONE


def test_9_a_pair_is_overdue_from_the_day_after() -> None:
    """On the day it is due a meeting is not late yet; on the next it is."""
    active = pair(PairState.ACTIVE, start=DAY)
    assert not rules.is_overdue(active, [], DAY + 30 * ONE)
    assert rules.is_overdue(active, [], DAY + 31 * ONE)


@pytest.mark.parametrize("state", sorted(set(PairState) - {PairState.ACTIVE}))
def test_9_only_active_pairs_are_overdue(state: PairState) -> None:
    """A pair that is proposed, paused or ended owes no meeting; nor does one without a start."""
    assert not rules.is_overdue(pair(state, start=DAY), [], DAY + 999 * ONE)
    assert not rules.is_overdue(pair(PairState.ACTIVE), [], DAY + 999 * ONE)


@given(st.lists(DAYS), DAYS, st.integers(7, 92))
def test_9_another_meeting_never_makes_it_due_earlier(days: list[dt.date], more: dt.date, cadence: int) -> None:
    """Meeting once more can only postpone the next due day."""
    active = pair(PairState.ACTIVE, start=dt.date(2019, 1, 1), cadence_days=cadence)
    held = [meeting(date=date) for date in days]
    before, after = rules.next_meeting_due(active, held), rules.next_meeting_due(active, [*held, meeting(date=more)])
    assert before is not None
    assert after is not None
    assert after >= before


# 10. One session a quarter


def test_10_each_quarter_has_its_session() -> None:
    """The first and the last day of a quarter belong to it; a year with four sessions lacks none."""
    assert rules.quarters_without_session([], 2026) == [1, 2, 3, 4]
    held = [dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 12, 31)]
    assert rules.quarters_without_session([session(day) for day in held], 2026) == []
    assert rules.quarters_without_session([session(day) for day in held], 2025) == [1, 2, 3, 4]


@pytest.mark.parametrize("bad", [
    {"coach": None}, {"active": False}, {"state": SessionState.PLANNED}, {"state": SessionState.CANCELLED},
], ids=str)
def test_10_a_session_counts_when_held_with_a_coach(bad: dict[str, Any]) -> None:
    """A session without a coach, archived, planned or cancelled leaves the quarter open."""
    assert 1 in rules.quarters_without_session([session(DAY, **bad)], 2026)


def test_10_a_quarter_is_missed_only_once_it_is_over() -> None:
    """Until its last day has passed a quarter can still have its session."""
    assert rules.quarters_without_session([], 2026, until=dt.date(2026, 3, 31)) == []
    assert rules.quarters_without_session([], 2026, until=dt.date(2026, 4, 1)) == [1]
    assert rules.quarters_without_session([], 2026, until=dt.date(2026, 12, 31)) == [1, 2, 3]
    assert rules.quarters_without_session([], 2026, until=dt.date(2027, 1, 1)) == [1, 2, 3, 4]


# 11. Figures


def test_11_figures_are_means_only() -> None:
    """A report counts meetings held and their minutes, and knows nothing of results."""
    met = [meeting(31, minutes=60), meeting(32, minutes=45), meeting(33, state="planned"), meeting(34, active=False)]
    assert rules.figures(met) == {"meetings": 2, "minutes": 105}
    assert rules.figures([]) == {"meetings": 0, "minutes": 0}


def test_11_no_record_has_a_field_for_results() -> None:
    """There is no field for a venture's turnover, funding or jobs."""
    words = ("turnover", "revenue", "funding", "result", "jobs", "chiffre", "emplois")
    assert not [n for record in RECORDS.values() for n in record.model_fields if any(word in n for word in words)]
