"""Values: what comes back is what was sent, and what no column can hold is refused without being repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from connector.crm.errors import CrmInvalid
from tests.contract.payloads import payload
from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"
PROFILE, ROADMAP = "x_mentoring_profile", "x_mentoring_roadmap"
CANARY = "canary-7f3a"

TEXTS = {
    "accents": "Élodie Lefèvre-Ÿ, à Nîmes",
    "decomposed": "E\u0301lodie",
    "quotes": """l'« œuvre » d'un "tel" 'autre' `x` \\ / %s {0} $1""",
    "markup": "<b>Bonjour</b> &amp; <script>alert(1)</script> 1 < 2 > 0",
    "emoji": "fusée 🚀 𝒞",
    "spaces": "  deux  espaces \t et  fin  ",
    "lines": "une\nligne\r\net deux",
    "number": "00123",
    "false": "False",
    "long": "é" * 5000,
}


def test_text_is_kept_as_typed(side: Side) -> None:
    """A text comes back letter by letter, from a creation and from a write."""
    names = {side.new("person"): text for text in TEXTS.values()}
    side.crm.apply([
        payload(name, PARTNER, {"name": "Anne", "function": text}) for name, text in names.items()
    ])
    assert functions(side, names) == names
    longer = {name: f"{text}!" for name, text in names.items()}
    outcomes = side.crm.apply([
        payload(name, PARTNER, {"function": longer[name]}, {"function": text}) for name, text in names.items()
    ])
    assert {outcome.status for outcome in outcomes} == {"updated"}
    assert functions(side, names) == longer


def functions(side: Side, names: Iterable[str]) -> dict[str, str]:
    """Read the job titles of several people."""
    page = side.crm.read(PARTNER, ("function",), list(names))
    return {row.external_ids[0]: row.values["function"] for row in page.rows}


def test_text_of_our_own_models_is_kept_as_typed(side: Side) -> None:
    """The columns that the data module makes keep text as Odoo's own do."""
    text = TEXTS["markup"]
    profile = side.new("mentor")
    side.apply(profile, PROFILE, {"x_partner_id": side.person(), "x_role": "mentor", "x_expertise": text})
    assert side.read(profile, PROFILE, "x_expertise") == {"x_expertise": text}


def test_empty_is_told_in_one_way(side: Side) -> None:
    """What was never given reads ``False`` (0 for a number, an empty list for a set)."""
    person, pair, roadmap = side.person(), side.pair(), side.new("roadmap")
    side.apply(roadmap, ROADMAP, {"x_pair_id": pair, "x_agreed_on": "2026-10-01"})
    read = {
        **side.read(person, PARTNER, "function", "email", "parent_id", "category_id"),
        **side.read(pair, PAIR, "x_start", "x_end_code", "x_stay_id", "x_mentor_accepted"),
        **side.read(roadmap, ROADMAP, "x_milestones"),
    }
    expected = {**dict.fromkeys(read, False), "category_id": [], "x_milestones": 0}
    assert read == expected
    assert type(read["x_milestones"]) is int
    assert type(read["x_mentor_accepted"]) is bool


@pytest.mark.parametrize(("column", "value"), [
    ("x_start", "2026-02-28"), ("x_end_code", "completed"), ("x_mentor_accepted", True),
    ("x_cadence_days", 60),
])
def test_false_empties_a_column(side: Side, column: str, value: Any) -> None:
    """Writing ``False`` empties: a number becomes 0, a flag is off."""
    pair = side.pair(**{column: value})
    assert side.read(pair, PAIR, column) == {column: value}
    assert side.apply(pair, PAIR, {column: False}, {column: value}).status == "updated"
    emptied = side.read(pair, PAIR, column)[column]
    assert emptied == 0
    assert type(emptied) is (int if column == "x_cadence_days" else bool)


def test_an_empty_text_is_not_no_text(side: Side) -> None:
    """An empty text that is sent is kept as such: an empty value must be sent as ``False``."""
    person = side.person(function="", email=False)
    assert side.read(person, PARTNER, "function", "email") == {"function": "", "email": False}


def test_whole_numbers_are_kept(side: Side) -> None:
    """A whole number of four bytes comes back as it is."""
    pair = side.pair()
    for value in (0, 1, -1, 2**31 - 1):
        meeting = side.meeting(pair, x_minutes=value)
        assert side.read(meeting, MEETING, "x_minutes") == {"x_minutes": value}


def test_days_are_kept(side: Side) -> None:
    """A day is ISO text on both ways; no time zone touches it."""
    pair = side.pair()
    for value in ("2024-02-29", "1901-01-01", "2099-12-31"):
        meeting = side.meeting(pair, x_date=value)
        assert side.read(meeting, MEETING, "x_date") == {"x_date": value}


WRONG = [
    (PAIR, "x_state", CANARY), (PAIR, "x_end_code", CANARY), (PAIR, "x_start", CANARY),
    (PAIR, "x_start", "2026-02-30"),
    (PAIR, "x_cadence_days", CANARY), (PAIR, "x_cadence_days", 2**31), (PAIR, "x_mentor_id", False),
    (PARTNER, "function", f"{CANARY}\x00"),
]


def made_and_written(side: Side, model: str, column: str, value: Any) -> Iterator[Callable[[], object]]:
    """Give two ways to send one value: in a creation, and in a write."""
    person, record = side.person(), side.pair() if model == PAIR else side.person()
    given = {"x_mentor_id": person, "x_mentee_id": person} if model == PAIR else {"name": "Anne"}
    raw = side.read(record, model, column)
    yield lambda: side.apply(side.new("other"), model, {**given, column: value})
    yield lambda: side.apply(record, model, {column: value}, raw)


@pytest.mark.parametrize(("model", "column", "value"), WRONG)
def test_what_no_column_holds_is_refused_and_not_repeated(
    side: Side, model: str, column: str, value: Any,
) -> None:
    """A wrong choice, day, number, link or character raises CrmInvalid; the value is nowhere in the error."""
    for send in made_and_written(side, model, column, value):
        with pytest.raises(CrmInvalid) as caught:
            send()
        error = caught.value
        assert error.model == model
        told = (str(error), repr(error), error.message, error.advice, repr(error.__cause__))
        assert not any(CANARY in each for each in (*told, repr(error.__context__)))


def test_a_refused_choice_is_told_by_its_column(side: Side) -> None:
    """A refusal names the column where the CRM says which it was, so that a person can correct the record."""
    with pytest.raises(CrmInvalid) as caught:
        side.apply(side.pair(), PAIR, {"x_state": CANARY}, {"x_state": "proposed"})
    assert caught.value.fields == ("x_state",)
