"""Who may see what: audiences, and how a record's field declares its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo


class Audience(IntEnum):
    """People who may see a value, widest first: each audience contains the next."""

    EMPLOYEES = 3
    """Every user of the CRM."""
    STAFF = 2
    """The programme's coordinators."""
    PAIR = 1
    """The mentor and the mentee, nobody else."""
    NOBODY = 0
    """Never leaves the register."""

    def within(self, widest: Audience) -> bool:
        """Tell whether everybody in this audience may see a value whose widest audience is ``widest``."""
        return self <= widest


@dataclass(frozen=True, slots=True)
class Seen:
    """The widest audience of a record's field.

    Where ``consent`` names a boolean field of the same record, ``by`` holds only while that consent is given, and the
    one of ``also`` too; without it the audience narrows to ``otherwise``.
    """

    by: Audience
    consent: str | None = None
    otherwise: Audience = Audience.NOBODY
    also: str | None = None

    def __post_init__(self) -> None:
        if self.consent is None and self.otherwise is not Audience.NOBODY:
            raise ValueError("a narrower audience needs the consent that widens it")
        if self.consent is not None and not self.otherwise.within(self.by):
            raise ValueError("without consent an audience narrows; it never widens")

    def audience(self, record: object) -> Audience:
        """Give the audience that holds for this record today, its consents counted."""
        given = all(getattr(record, consent) is True for consent in self.consents)
        return self.by if given else self.otherwise

    @property
    def consents(self) -> tuple[str, ...]:
        """Name the consents that must all be given."""
        return tuple(consent for consent in (self.consent, self.also) if consent)


@dataclass(frozen=True, slots=True)
class Known:
    """Beside a field's audience: employees may know it by a record of the directory, while all ``consents`` stand.

    The consents are named as the directory's record has them; its declaration must ask for every one (``lint``).
    """

    consents: tuple[str, ...]


EMPLOYEES = Seen(Audience.EMPLOYEES)
STAFF = Seen(Audience.STAFF)
PAIR = Seen(Audience.PAIR)


def with_consent(consent: str) -> Seen:
    """Declare a field that employees see while the person consents, and staff alone otherwise."""
    return Seen(Audience.EMPLOYEES, consent=consent, otherwise=Audience.STAFF)


def with_both(one: str, other: str) -> Seen:
    """Declare a field that employees see while two people consent, and staff alone otherwise."""
    return Seen(Audience.EMPLOYEES, consent=one, otherwise=Audience.STAFF, also=other)


def known_with(*consents: str) -> Known:
    """Declare that the directory may show this field while all these consents stand."""
    return Known(consents)


def classification(record: type[BaseModel]) -> dict[str, Seen | None]:
    """Give each field's declaration; ``None`` marks a field that has none, which the catalogue refuses."""
    return {name: _declared(info) for name, info in record.model_fields.items()}


def pair_fields(record: type[BaseModel]) -> frozenset[str]:
    """Name the fields that only the vault may hold."""
    return frozenset(name for name, seen in classification(record).items() if seen and seen.by is Audience.PAIR)


def _declared(info: FieldInfo) -> Seen | None:
    declared = [item for item in info.metadata if isinstance(item, Seen)]
    return declared[0] if len(declared) == 1 else None
