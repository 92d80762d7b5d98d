"""Records for the register's tests."""

from __future__ import annotations

import datetime as dt

from connector.register.keys import new_key
from mappings.records import Meeting, Organisation, Pair, Person, Record
from mappings.vocabulary import Role


def a_pair() -> list[Record]:
    """Make a pair, its two people and their companies, each record after those that it links to."""
    companies = [Organisation(key=new_key(), name=name) for name in ("Atelier Nord", "Conseil Sud")]
    people = [
        Person(key=new_key(), name=name, organisation=company.key, roles=frozenset({role}))
        for name, company, role in zip(("Ana", "Bob"), companies, (Role.MENTEE, Role.MENTOR), strict=True)
    ]
    return [*companies, *people, Pair(key=new_key(), mentee=people[0].key, mentor=people[1].key)]


def a_meeting(pair: Record, **fields: object) -> Meeting:
    """Make a meeting of a pair."""
    return Meeting.model_validate(
        {"key": new_key(), "pair": pair.key, "date": dt.date(2026, 11, 3), **fields}
    )
