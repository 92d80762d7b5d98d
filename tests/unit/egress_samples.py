"""A person and a planted record for the tests of the door out."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from mappings.base import EntityMap, FieldMap, text
from mappings.catalogue import BY_KIND
from mappings.confidentiality import EMPLOYEES, PAIR, STAFF, Audience, Seen, with_consent
from mappings.records import Person, Record
from mappings.vocabulary import Role
from tests.property.strategies import key

SECRET = "do-not-print-this"
PERSON, CARD = BY_KIND["person"], BY_KIND["card"]


def person(**more: Any) -> Person:
    """Make a person with all that may be shared."""
    return Person(**{
        "key": key(1), "name": "Marie", "organisation": key(2), "email": "marie@exemple.fr", "phone": "+33612345678",
        "roles": frozenset({Role.MENTOR}), "motivation": SECRET, **more,
    })


class Planted(Record):
    """A record with which a careless map could leak."""

    kind: ClassVar[str] = "planted"
    name: Annotated[str, EMPLOYEES] = SECRET
    staff_note: Annotated[str, STAFF] = SECRET
    words: Annotated[str, PAIR] = SECRET
    undeclared: str = SECRET
    twice: Annotated[str, STAFF, EMPLOYEES] = SECRET
    shown: Annotated[str | None, with_consent("share")] = SECRET
    hidden: Annotated[str | None, Seen(Audience.EMPLOYEES, consent="share", otherwise=Audience.PAIR)] = SECRET
    share: Annotated[bool, STAFF] = False


def planted(*fields: FieldMap, model: str = "res.partner", **more: Any) -> EntityMap:
    """Map some fields of the planted record."""
    return EntityMap("planted", Planted, model, (text("name", "name"), *fields), **more)
