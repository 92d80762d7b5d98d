"""The journal on either database, and the declarations that it names."""

from __future__ import annotations

import pytest

from connector.register.repository import Register
from mappings.base import EntityMap
from mappings.catalogue import BY_KIND, CATALOGUE
from mappings.egress import project
from sync_jobs.digests import Digests
from sync_jobs.disclosed import disclosed, find_disclosed
from sync_jobs.journal import Journal, Verdict
from sync_jobs.refused import KeyUnknown
from sync_jobs.state import State
from tests.property.strategies import key
from tests.unit.egress_samples import CARD, PERSON, person

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]


def test_batches_are_chained_on_either_database(register: Register) -> None:
    """Rows of several maps and batches make one chain, which a new process reads as it was written."""
    for entity in (PERSON, CARD, PERSON):
        journal = Journal(register, State(register, Digests(b"secret")))
        journal.append(entity.kind, [(key(n), project(entity, person(key=key(n))).crossings) for n in (1, 2)])
    assert journal.head().sealed
    assert journal.verify(str(journal.head())) == Verdict(journal.head().count)
    assert [(row.kind, row.key, row.times) for row in disclosed(register, {key(2)}) if row.field == "name"] == [
        ("person", key(2), 2)
    ]
    assert find_disclosed(register, key(2).hex) == key(2)
    with pytest.raises(KeyUnknown):
        find_disclosed(register, key(3).hex)


def test_nothing_that_crosses_is_no_row(register: Register) -> None:
    """A batch without any crossing leaves the journal as it is."""
    journal = Journal(register, State(register, Digests(b"secret")))
    journal.append("person", [(key(1), ())])
    assert (journal.head().count, journal.verify()) == (0, Verdict(0))


@pytest.mark.parametrize("entity", CATALOGUE, ids=lambda entity: entity.kind)
def test_each_rule_is_a_declaration_of_its_field(entity: EntityMap) -> None:
    """A rule names an audience that contains those who see the field, or the consent that lets them."""
    for item in entity.fields:
        seen, rule = entity.seen[item.field], entity.rule(item)
        assert seen is not None
        if rule == f"consent {seen.consent}":
            assert not entity.destination.audience.within(seen.otherwise)
        else:
            assert rule == (seen.otherwise if seen.consent else seen.by).name
            assert entity.destination.audience.within(seen.otherwise if seen.consent else seen.by)


def test_the_rules_of_an_address() -> None:
    """On the contact it stands by consent, on the card for the staff's eyes."""
    assert PERSON.rule(PERSON.by_field["email"]) == "consent share_email"
    assert CARD.rule(CARD.by_field["email"]) == "STAFF"
    assert BY_KIND["pair"].rule(BY_KIND["pair"].by_field["state"]) == "STAFF"
