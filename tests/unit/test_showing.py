"""Which values a reader gets to see, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.catalogue import CATALOGUE
from mappings.confidentiality import Audience
from mappings.records import Record
from sync_jobs.engine.plan import Scope
from sync_jobs.observe import Observation
from sync_jobs.showing import Both, Reader, as_texts, values_of
from tests.property.strategies import key, records, remote_of, scope_of
from tests.unit.plan_samples import CARD, PERSON, person

EVERY = st.sampled_from(CATALOGUE).flatmap(lambda entity: st.tuples(st.just(entity), records(entity.record.kind)))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """An empty register."""
    path: Path = tmp_path_factory.mktemp("register") / "register.db"
    with Register.open(f"sqlite:///{path}", create=True) as opened:
        yield opened


def shown(register: Register, reader: Reader, field: str, *scopes: Scope) -> Both:
    """Give one value of person 1 as a reader sees it, of the first scope's map."""
    at = (scopes[0].entity.kind, key(1), field)
    return values_of(Observation(list(scopes), {}), register, [at], reader)[at]


def alike(entity: EntityMap, record: Record, **there: Any) -> Scope:
    """Give a record that both sides have, but for what changed in the CRM."""
    return scope_of(entity, record, remote_of(entity, record, **there))


@given(EVERY, st.sampled_from(Reader))
def test_a_value_is_shown_only_to_its_audience_of_today(
    register: Register, one: tuple[EntityMap, Record], reader: Reader
) -> None:
    """Of every map and field, a reader outside the declared audience, consents counted, gets nothing of both sides."""
    entity, record = one
    at = [(entity.kind, record.key, item.field) for item in entity.fields]
    values = values_of(Observation([alike(entity, record)], {}), register, at, reader)
    for place in at:
        seen = entity.seen[place[2]]
        assert seen is not None
        allowed = seen.audience(record) if not entity.by_field[place[2]].twin else Audience.STAFF
        found = values[place]
        assert found.withheld is not reader.audience.within(allowed)
        assert not found.withheld or (found.register, found.crm) == (None, None)


def test_a_consent_counts_only_where_neither_side_withdrew_it(register: Register) -> None:
    """An address is shown to employees while both sides say that it is shared, and to staff always."""
    sharing, silent = person(), person(share_email=False)
    both = alike(PERSON, sharing), alike(CARD, sharing)
    assert shown(register, Reader.EMPLOYEES, "email", *both).register == "marie@exemple.fr"
    for scopes in (
        (alike(PERSON, sharing), alike(CARD, sharing, share_email=False)),
        (alike(PERSON, silent, email="marie@exemple.fr"), alike(CARD, silent, share_email=True)),
    ):
        assert shown(register, Reader.EMPLOYEES, "email", *scopes).withheld
        assert not shown(register, Reader.STAFF, "email", *scopes).withheld


def test_the_private_twin_is_never_for_employees(register: Register) -> None:
    """What stands on the card of contact details is for staff, whatever the person shares."""
    assert shown(register, Reader.EMPLOYEES, "email", alike(CARD, person(), email="x@exemple.fr")).withheld
    assert shown(register, Reader.STAFF, "email", alike(CARD, person(), email="x@exemple.fr")).crm == "x@exemple.fr"


def test_a_link_to_a_stranger_is_a_question_mark(register: Register) -> None:
    """A link to what the register does not know has no name."""
    there = remote_of(PERSON, person(), strangers=["organisation"], organisation=None)
    found = shown(register, Reader.STAFF, "organisation", scope_of(PERSON, person(), there))
    assert (found.register, found.crm) == (key(2).hex[:8], "?")


@pytest.mark.parametrize(
    ("kind", "field", "value", "french", "english"),
    [
        ("pair", "planned_end", "2026-12-01", "01/12/2026", "2026-12-01"),
        ("pair", "state", "paused", "En pause", "Paused"),
        ("pair", "state", "code of a later module", "code of a later module", "code of a later module"),
        ("pair", "mentor_accepted", True, "oui", "yes"),
        ("pair", "mentor_accepted", False, "non", "no"),
        ("pair", "cadence_days", 0, "0", "0"),
        ("person", "roles", ["mentee", "mentor"], "Mentoré, Mentor", "Mentee, Mentor"),
        ("person", "name", None, "—", "—"),
        ("person", "name", "a\x1b[31m\u202eb\n", "a\ufffd[31m\ufffdb\ufffd", "a\ufffd[31m\ufffdb\ufffd"),
    ],
)
def test_values_are_written_for_people(kind: str, field: str, value: Any, french: str, english: str) -> None:
    """Codes by their labels, days as they are written there; nothing in a value can steer the terminal."""
    at = (kind, key(1), field)
    assert as_texts(at, Both(value, None), "fr") == (french, "—")
    assert as_texts(at, Both(value, None), "en") == (english, "—")
    assert "marie" not in repr(Both("marie", "marie"))
