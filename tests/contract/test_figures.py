"""Figures: what the CRM computes itself, stored and up to date whoever writes."""

from __future__ import annotations

from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"
CHARTER, CONTRIBUTION = "x_mentoring_charter", "x_mentoring_contribution"
FIGURES = ("x_meetings_held", "x_minutes", "x_last_meeting", "x_next_due")


def figures(side: Side, pair: str) -> tuple[object, ...]:
    """Read a pair's four figures."""
    values = side.read(pair, PAIR, *FIGURES)
    return tuple(values[name] for name in FIGURES)


def test_a_pair_is_named_after_its_people(side: Side) -> None:
    """A pair's name follows the names of its people, and a charter's follows its pair's."""
    mentor, mentee = side.person(name="Anne"), side.person(name="Zoé")
    pair = side.pair(x_mentor_id=mentor, x_mentee_id=mentee)
    charter = side.new("charter")
    side.apply(charter, CHARTER, {"x_pair_id": pair, "x_version": "2026-1"})
    assert side.read(pair, PAIR, "x_name") == {"x_name": "Anne – Zoé"}
    side.staff.write(PARTNER, mentor, name="Berthe")
    assert side.read(pair, PAIR, "x_name") == {"x_name": "Berthe – Zoé"}
    assert side.read(charter, CHARTER, "x_name") == {"x_name": "2026-1 – Berthe – Zoé"}


def test_a_renamed_person_moves_the_date_of_the_pair(side: Side) -> None:
    """A stored figure that changes is a write: the record's ``write_date`` moves."""
    mentor = side.person()
    pair = side.pair(x_mentor_id=mentor)
    before = side.written(pair, PAIR)
    side.later()
    side.staff.write(PARTNER, mentor, function="Consultant")
    assert side.written(pair, PAIR) == before
    side.staff.write(PARTNER, mentor, name="Another name")
    assert side.written(pair, PAIR) > before


def test_only_meetings_held_count(side: Side) -> None:
    """Number, minutes and last day are those of the meetings held; the next is due one cadence later."""
    pair = side.pair(x_state="active", x_start="2026-09-01")
    assert figures(side, pair) == (0, 0, False, "2026-10-01")
    side.meeting(pair, x_date="2026-10-05", x_state="held", x_minutes=45)
    side.meeting(pair, x_date="2026-10-12", x_state="cancelled")
    late = side.meeting(pair, x_date="2026-10-20")
    assert figures(side, pair) == (1, 45, "2026-10-05", "2026-11-04")
    side.apply(late, MEETING, {"x_state": "held"}, {"x_state": "planned"})
    assert figures(side, pair) == (2, 105, "2026-10-20", "2026-11-19")


def test_figures_follow_what_staff_do(side: Side) -> None:
    """A meeting that staff confirm, archive, move to another pair or delete is counted where it is."""
    pair, other = side.pair(), side.pair()
    meeting = side.meeting(pair)
    side.staff.write(MEETING, meeting, x_state="held")
    assert figures(side, pair)[:3] == (1, 60, "2026-10-01")
    side.staff.write(MEETING, meeting, x_pair_id=other)
    assert (figures(side, pair)[:3], figures(side, other)[:3]) == ((0, 0, False), (1, 60, "2026-10-01"))
    side.staff.archive(MEETING, meeting)
    assert figures(side, other)[0] == 0
    side.staff.write(MEETING, meeting, x_active=True)
    side.staff.delete(MEETING, meeting)
    assert figures(side, other)[0] == 0


def test_no_meeting_is_due_unless_the_pair_is_active(side: Side) -> None:
    """A next meeting is due for an active pair alone, by its own cadence."""
    pair = side.pair(x_start="2026-09-01", x_cadence_days=60)
    assert figures(side, pair)[3] is False
    side.staff.write(PAIR, pair, x_state="active")
    assert figures(side, pair)[3] == "2026-10-31"
    side.staff.write(PAIR, pair, x_state="paused")
    assert figures(side, pair)[3] is False


def test_minutes_are_shown_as_hours(side: Side) -> None:
    """Volunteer minutes are hours as well, for the CRM's own sums."""
    contribution = side.new("contribution")
    values = {"x_partner_id": side.person(), "x_date": "2026-10-01", "x_category": "workshop"}
    side.apply(contribution, CONTRIBUTION, {**values, "x_minutes": 90})
    assert side.read(contribution, CONTRIBUTION, "x_hours") == {"x_hours": 1.5}


def test_a_person_of_the_programme_is_not_deleted_by_mistake(side: Side) -> None:
    """A contact that a required link points to cannot be deleted in the CRM."""
    person = side.person()
    side.pair(x_mentor_id=person)
    refused = False
    try:
        side.staff.delete(PARTNER, person)
    except Exception:  # noqa: BLE001 # the sandbox and Odoo's screens refuse in their own words
        refused = True
    assert refused
    assert person in side.crm.bindings(PARTNER)
