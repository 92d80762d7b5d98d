"""Values: what comes back is what was sent, and what no column can hold is refused without being repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.crm.errors import CrmError, CrmInvalid
from tests.contract.sides import Side

PARTNER, PAIR, MEETING = "res.partner", "x_mentoring_pair", "x_mentoring_meeting"
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


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_is_kept_as_typed(side: Side, text: str) -> None:
    """A text comes back letter by letter, from a creation and from a write."""
    person = side.person(function=text)
    assert side.read(person, PARTNER, "function") == {"function": text}
    assert side.apply(person, PARTNER, {"function": text + "!"}, {"function": text}).status == "updated"
    assert side.read(person, PARTNER, "function") == {"function": text + "!"}


def test_text_of_our_own_models_is_kept_as_typed(side: Side) -> None:
    """The columns that the data module makes keep text as Odoo's own do."""
    text = TEXTS["markup"]
    profile = side.new("mentor")
    side.apply(profile, "x_mentoring_profile", {"x_partner_id": side.person(), "x_role": "mentor", "x_expertise": text})
    assert side.read(profile, "x_mentoring_profile", "x_expertise") == {"x_expertise": text}


@pytest.mark.parametrize(("model", "column", "empty"), [
    (PARTNER, "function", False), (PARTNER, "email", False), (PARTNER, "parent_id", False),
    (PARTNER, "category_id", []), (PAIR, "x_start", False), (PAIR, "x_end_code", False), (PAIR, "x_stay_id", False),
    ("x_mentoring_roadmap", "x_milestones", 0), (PAIR, "x_mentor_accepted", False),
])
def test_empty_is_told_in_one_way(side: Side, model: str, column: str, empty: Any) -> None:
    """What was never given reads ``False`` (0 for a number, an empty list for a set)."""
    if model == "x_mentoring_roadmap":
        record = side.new("roadmap")
        side.apply(record, model, {"x_pair_id": side.pair(), "x_agreed_on": "2026-10-01"})
    else:
        record = side.person() if model == PARTNER else side.pair()
    value = side.read(record, model, column)[column]
    assert (value, type(value)) == (empty, type(empty))


@pytest.mark.parametrize(("column", "value"), [
    ("x_start", "2026-02-28"), ("x_end_code", "completed"), ("x_mentor_accepted", True), ("x_cadence_days", 60),
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


@pytest.mark.parametrize("value", [0, 1, -1, 2**31 - 1])
def test_whole_numbers_are_kept(side: Side, value: int) -> None:
    """A whole number of four bytes comes back as it is."""
    meeting = side.meeting(side.pair(), x_minutes=value)
    assert side.read(meeting, MEETING, "x_minutes") == {"x_minutes": value}


@pytest.mark.parametrize("value", ["2024-02-29", "1901-01-01", "2099-12-31"])
def test_days_are_kept(side: Side, value: str) -> None:
    """A day is ISO text on both ways; no time zone touches it."""
    pair = side.pair(x_start=value)
    assert side.read(pair, PAIR, "x_start") == {"x_start": value}


WRONG = [
    (PAIR, "x_state", CANARY), (PAIR, "x_end_code", CANARY), (PAIR, "x_start", CANARY), (PAIR, "x_start", "2026-02-30"),
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
def test_a_value_that_no_column_holds_is_refused(side: Side, model: str, column: str, value: Any) -> None:
    """A wrong choice, day, number, link or character raises CrmInvalid, from a creation and from a write."""
    for send in made_and_written(side, model, column, value):
        with pytest.raises(CrmInvalid) as caught:
            send()
        assert caught.value.model == model


@pytest.mark.parametrize(("model", "column", "value"), [each for each in WRONG if CANARY in str(each[2])])
def test_an_error_tells_no_value(side: Side, model: str, column: str, value: str) -> None:
    """The value that was refused is nowhere in the error: text, arguments, causes."""
    for send in made_and_written(side, model, column, value):
        with pytest.raises(CrmError) as caught:
            send()
        error = caught.value
        told = [str(error), repr(error), error.message, error.advice, repr(error.__cause__), repr(error.__context__)]
        assert not any(CANARY in each for each in told)


def test_a_refused_choice_is_told_by_its_column(side: Side) -> None:
    """A refusal names the column where the CRM says which it was, so that a person can correct the record."""
    with pytest.raises(CrmInvalid) as caught:
        side.apply(side.pair(), PAIR, {"x_state": CANARY}, {"x_state": "proposed"})
    assert caught.value.fields == ("x_state",)
