"""What a person may type for a field, and what is said where it does not fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.register.repository import Register
from mappings.base import Policy
from mappings.catalogue import CATALOGUE
from mappings.records import Organisation, Pair, Person
from sync_jobs.fields import column_of, read_value, with_value
from sync_jobs.refused import KeyAmbiguous, ValueUnfit
from tests.property.strategies import key
from tests.unit.plan_samples import pair

SECRET = "canari-42"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A register with two organisations and two people."""
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as opened:
        opened.save([Organisation(key=key(2), ref="atelier", name="Atelier"), Organisation(key=key(4), name="Nord")])
        opened.save([Person(key=key(1), ref="ana", name="Ana"), Person(key=key(3), name="Bob")])
        yield opened


def test_every_field_that_may_be_in_conflict_can_be_typed() -> None:
    """Each field that both sides may change has a column that says what is taken."""
    missing = [
        (entity.kind, item.field)
        for entity in CATALOGUE
        for item in entity.fields
        if item.policy not in (Policy.REGISTER, Policy.CRM) and column_of(entity.kind, item.field) is None
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("kind", "field", "text", "value"),
    [
        ("pair", "planned_end", "2026-11-05", dt.date(2026, 11, 5)),
        ("pair", "planned_end", "05/11/2026", dt.date(2026, 11, 5)),
        ("pair", "planned_end", " ", None),
        ("pair", "state", "En pause", "paused"),
        ("pair", "state", "paused", "paused"),
        ("pair", "mentor_accepted", "oui", True),
        ("pair", "mentor_accepted", "no", False),
        ("pair", "cadence_days", "45", 45),
        ("pair", "active", "non", False),
        ("mentor", "capacity", "3", 3),
        ("person", "name", "  Ana   Bel ", "Ana Bel"),
        ("person", "email", "Ana@Exemple.FR", "Ana@exemple.fr"),
        ("card", "phone", "06 12 34 56 78", "+33612345678"),
        ("person", "organisation", "atelier", key(2)),
        ("person", "organisation", str(key(4)), key(4)),
        ("mentor", "conflicts", f"atelier, {key(4).hex}", frozenset({key(2), key(4)})),
    ],
)
def test_values_are_typed_as_in_the_workbook(register: Register, kind: str, field: str, text: str, value: Any) -> None:
    """Days, choices, yes and no, numbers, addresses and links are read as the register has them."""
    assert read_value(register, kind, field, text) == value


@pytest.mark.parametrize(
    ("kind", "field", "text", "french", "english"),
    [
        ("pair", "planned_end", SECRET, "une date", "a date"),
        ("pair", "state", SECRET, "En pause", "Paused"),
        ("pair", "mentor_accepted", SECRET, "oui ou non", "yes or no"),
        ("pair", "cadence_days", "93", "de 7 à 92", "from 7 to 92"),
        ("person", "email", SECRET, "adresse e-mail", "e-mail address"),
        ("person", "phone", SECRET, "numéro de téléphone", "phone number"),
        ("person", "name", "x" * 201, "200 caractères", "200 characters"),
        ("person", "organisation", SECRET, "la référence ou la clé", "the reference or the key"),
        ("mentor", "conflicts", f"atelier, {SECRET}", "la référence ou la clé", "the reference or the key"),
    ],
)
def test_a_wrong_value_says_the_field_and_what_is_expected(
    register: Register, kind: str, field: str, text: str, french: str, english: str
) -> None:
    """The refusal names field and expectation in both languages, and nothing of what was typed."""
    with pytest.raises(ValueUnfit) as refused:
        read_value(register, kind, field, text)
    told = (refused.value.french[0], refused.value.message)
    for words, one in zip((french, english), told, strict=True):
        assert words in one
        assert field in one
        assert text not in one
    assert refused.value.__suppress_context__


def test_the_beginning_of_several_keys_links_to_none(register: Register) -> None:
    """A link whose beginning fits two records is refused, not guessed."""
    with pytest.raises(KeyAmbiguous):
        read_value(register, "person", "organisation", key(2).hex[:10])


def test_a_value_is_validated_by_its_record() -> None:
    """An empty value in a required field, or one out of bounds, is refused by the record's own class."""
    for field, value in (("state", None), ("cadence_days", 500)):
        with pytest.raises(ValueUnfit, match=field):
            with_value(pair(), field, value)
    changed = with_value(pair(), "cadence_days", 60)
    assert isinstance(changed, Pair)
    assert changed == pair(cadence_days=60)
