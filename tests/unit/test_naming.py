"""How records are named on the screen, and found again by what a person types."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.register.repository import Register
from mappings.records import Person
from sync_jobs.naming import find, find_in_register, labels
from sync_jobs.refused import KeyAmbiguous, KeyUnknown

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]

NEAR = UUID("01920000-0000-7000-8000-00000000000a"), UUID("01920000-0000-7000-8000-00000000000b")
FAR = UUID("01930000-0000-7000-8000-000000000001")


@given(st.sets(st.integers(0, 2**128 - 1).map(lambda number: UUID(int=number)), min_size=1, max_size=8))
def test_what_is_shown_leads_back_to_the_record(keys: set[UUID]) -> None:
    """Each label, typed again, means its record and no other; it has eight digits at least."""
    shown = labels(keys)
    assert all(find(label, keys, {}) == key and len(label) >= 8 for key, label in shown.items())


def test_near_keys_get_more_digits_and_others_do_not() -> None:
    """Records made in the same moment are told apart, and a lone one is named by eight digits."""
    shown = labels([*NEAR, FAR])
    assert shown[FAR] == "01930000"
    assert [shown[key] for key in NEAR] == [key.hex for key in NEAR]


def test_a_reference_is_shown_where_it_names_one_record_only() -> None:
    """Two records of different kinds may have the same reference: then both are named by their keys."""
    assert labels([FAR], {FAR: "b-01"})[FAR] == "b-01"
    shown = labels([*NEAR], dict.fromkeys(NEAR, "dupont"))
    assert set(shown.values()) == {key.hex for key in NEAR}


@pytest.mark.parametrize("text", ["019300", "0193-0000", str(FAR), FAR.hex.upper(), "b-01"])
def test_a_key_is_known_by_its_beginning_and_a_record_by_its_reference(text: str) -> None:
    """Six digits are enough where they are unique; dashes and capitals do not count."""
    assert find(text, [*NEAR, FAR], {FAR: "b-01"}) == FAR


@pytest.mark.parametrize("text", ["01930", "019400", "", "%", "b-02", "zzzzzz"])
def test_what_names_nothing_is_refused(text: str) -> None:
    """Too few digits, another key or no key at all mean no record."""
    with pytest.raises(KeyUnknown):
        find(text, [*NEAR, FAR], {FAR: "b-01"})


def test_what_names_several_is_refused_with_their_number() -> None:
    """An ambiguous beginning means none of them, and the message says how many there are."""
    with pytest.raises(KeyAmbiguous) as refused:
        find("019200", [*NEAR, FAR], {})
    assert "2" in refused.value.message
    assert "2" in refused.value.french[0]


def test_the_register_finds_a_record_by_the_beginning_of_its_key(register: Register) -> None:
    """In the register too a reference or a unique beginning of a key means its record, and nothing else does."""
    register.save([Person(key=key, name="x", ref=f"r-{key.hex[-1]}") for key in (*NEAR, FAR)])
    assert find_in_register(register, "person", "01930000") == FAR
    assert find_in_register(register, "person", "r-a") == NEAR[0]
    with pytest.raises(KeyAmbiguous):
        find_in_register(register, "person", "0192-0000")
    with pytest.raises(KeyUnknown):
        find_in_register(register, "person", "0194000")
