"""What audiences and their declarations promise."""

from __future__ import annotations

from itertools import pairwise, product
from types import SimpleNamespace
from typing import Annotated, ClassVar

import pytest

from mappings.confidentiality import (
    EMPLOYEES, PAIR, STAFF, Audience, Seen, classification, pair_fields, with_consent,
)
from mappings.destinations import MODELS
from mappings.records import RECORDS, Record


def test_each_audience_contains_the_next() -> None:
    """Every narrower audience lies within every wider one, and never the other way round."""
    widest_first = [Audience.EMPLOYEES, Audience.STAFF, Audience.PAIR, Audience.NOBODY]
    for wider, narrower in pairwise(widest_first):
        assert narrower.within(wider)
        assert not wider.within(narrower)


def test_an_audience_lies_within_itself() -> None:
    """A value may go to exactly the people it is declared for."""
    assert all(one.within(one) for one in Audience)


def test_within_is_a_total_order() -> None:
    """Of any two audiences one lies within the other, and containment carries over."""
    for one, other, third in product(Audience, repeat=3):
        assert one.within(other) or other.within(one)
        if one.within(other) and other.within(third):
            assert one.within(third)


@pytest.mark.parametrize("given", [False, None, 0, 1, "yes", "True", object()])
def test_only_true_is_a_consent(given: object) -> None:
    """Anything but True counts as a consent not given."""
    assert with_consent("share").audience(SimpleNamespace(share=given)) is Audience.STAFF


def test_a_given_consent_widens_the_audience() -> None:
    """While the consent holds, the wider audience holds."""
    assert with_consent("share").audience(SimpleNamespace(share=True)) is Audience.EMPLOYEES


def test_without_a_named_consent_the_audience_never_moves() -> None:
    """A plain declaration is the same for every record."""
    assert [seen.audience(object()) for seen in (EMPLOYEES, STAFF, PAIR)] == [
        Audience.EMPLOYEES, Audience.STAFF, Audience.PAIR]


def test_a_narrower_audience_needs_its_consent() -> None:
    """``otherwise`` without a consent to widen it is refused where it is declared."""
    with pytest.raises(ValueError, match="consent"):
        Seen(Audience.EMPLOYEES, otherwise=Audience.STAFF)


@pytest.mark.parametrize(("by", "otherwise"), [(a, b) for a in Audience for b in Audience if b > a])
def test_a_missing_consent_never_widens(by: Audience, otherwise: Audience) -> None:
    """A declaration under which people see more without consent is refused."""
    with pytest.raises(ValueError, match="never widens"):
        Seen(by, consent="share", otherwise=otherwise)


@pytest.mark.parametrize("kind", RECORDS)
def test_every_field_of_every_record_is_declared(kind: str) -> None:
    """No field of a shipped record is without its audience."""
    assert None not in classification(RECORDS[kind]).values()


def test_the_words_of_a_pair_are_exactly_these() -> None:
    """The vault holds what the design says is for the pair only, and nothing slipped out of it."""
    assert {kind: pair_fields(record) for kind, record in RECORDS.items() if pair_fields(record)} == {
        "person": {"motivation"}, "mentee": {"needs"}, "charter": {"own_clauses", "signed_file"},
        "roadmap": {"expectations", "success_criteria", "vision", "steps"},
        "meeting": {"place", "agenda", "notes"}, "rating": {"comment"},
    }


def test_a_consent_is_a_yes_or_no_that_defaults_to_no() -> None:
    """Every consent that a declaration names is a boolean field, and is not given unless somebody gives it."""
    for record in RECORDS.values():
        for seen in classification(record).values():
            if seen is not None and seen.consent is not None:
                field = record.model_fields[seen.consent]
                assert (field.annotation, field.default) == (bool, False)


def test_a_field_with_no_or_two_audiences_counts_as_undeclared() -> None:
    """There is no default audience, and no guess between two; one hidden inside a union does not count."""

    class Odd(Record):
        """A record with four doubtful fields."""

        kind: ClassVar[str] = "odd"
        bare: str | None = None
        twice: Annotated[str, STAFF, EMPLOYEES] = ""
        nested: Annotated[Annotated[str, PAIR], EMPLOYEES] = ""
        inside: Annotated[str, STAFF] | None = None

    assert {name for name, seen in classification(Odd).items() if seen is None} == {"bare", "twice", "nested", "inside"}


def test_a_field_declared_anew_takes_its_new_audience() -> None:
    """A record that narrows an inherited field is judged by its own declaration."""

    class Narrow(Record):
        """A record whose archive flag is for staff."""

        kind: ClassVar[str] = "narrow"
        active: Annotated[bool, STAFF] = True

    assert classification(Narrow)["active"] == STAFF


def test_no_crm_model_is_for_the_pair() -> None:
    """Odoo gives no model to two people alone, so none is declared so; contacts are everybody's."""
    assert {model.audience for model in MODELS.values()} == {Audience.EMPLOYEES, Audience.STAFF}
    assert MODELS["res.partner"].audience is Audience.EMPLOYEES
