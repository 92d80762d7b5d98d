"""The texts of a pair, for its two people alone: each reading, writing and refusal goes into a journal."""

from __future__ import annotations

import datetime as dt
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import insert

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from connector.register.vault_schema import vault_reading
from mappings.confidentiality import pair_fields
from mappings.records import RECORDS, TEXT_OWNERS, Key, Pair, Record
from sync_jobs.naming import find, find_in_register, labels
from sync_jobs.refused import CommandRefused, NotOfThePair, TextFieldUnknown, TextHasNoPlace

KINDS = tuple(kind for kind, (owner, _) in TEXT_OWNERS.items() if owner == "pair")
"""The kinds of record that hold texts of a pair."""

FILE = ("charter", "signed_file")
"""Sealed like a text, and none: `binome charter file` keeps it and gives it back."""

FIELDS = {
    f"{kind}.{name}": (kind, name)
    for kind in KINDS
    for name in RECORDS[kind].model_fields
    if name in pair_fields(RECORDS[kind]) and (kind, name) != FILE
}
"""A pair's texts, as a person names them."""


@dataclass(frozen=True, slots=True)
class Confided:
    """One record of a pair with the texts it holds, by field."""

    record: Record
    texts: dict[str, str] = field(repr=False)
    files: tuple[str, ...] = ()
    """The fields that hold a file, which is given back as one and not shown."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the two people of a pair, let in by ``admit``: what may read and write its texts."""

    register: Register
    pair: Key
    person: Key

    def read(self) -> list[Confided]:
        """Give the pair's texts, record by record. What is not in the journal was not read."""
        found = [self._confided(record) for record in self._records()]
        note(self.register, self.pair, self.person, "read")
        return [one for one in found if one.texts or one.files]

    def text_of(self, record: Record, name: str) -> str:
        """Give one text, empty where there is none."""
        found = self._texts(record).get(name, "")
        note(self.register, self.pair, self.person, "read")
        return found

    def place(self, name: str, of: str = "") -> tuple[Record, str]:
        """Find the record and its field for a text named like ``roadmap.vision``; ``of`` tells one of several.

        Raises TextFieldUnknown, TextHasNoPlace, or what ``find`` raises.
        """
        if name not in FIELDS:
            raise TextFieldUnknown(known=", ".join(FIELDS))
        kind, text = FIELDS[name]
        records = {record.key: record for record in self.register.linked(kind, "pair", [self.pair])}
        refs = {key: one.ref for key, one in records.items() if one.ref}
        if of:
            return records[find(of, records, refs)], text
        current = [record for record in records.values() if record.active]
        if len(current) != 1:
            known = sorted(labels((record.key for record in current), refs).values())
            raise TextHasNoPlace(count=len(current), kind=kind, known=", ".join(known))
        return current[0], text

    def write(self, record: Record, name: str, text: str | None) -> None:
        """Seal a text in its record, or take it away."""
        with self.register.transaction() as tx:
            lock_counter(tx.connection)  # before reading, so that no other writer comes between reading and saving
            current = self.register.get(record.kind, record.key) or record
            self.register.save([current.model_copy(update={name: text})])
            note(self.register, self.pair, self.person, "written")

    def _records(self) -> Iterator[Record]:
        for kind in KINDS:
            records = self.register.linked(kind, "pair", [self.pair])
            yield from sorted(records, key=lambda record: (getattr(record, "date", dt.date.min), record.key))

    def _confided(self, record: Record) -> Confided:
        texts = self._texts(record)
        files = tuple(name for name in list(texts) if (record.kind, name) == FILE and texts.pop(name))
        return Confided(record, texts, files)

    def _texts(self, record: Record) -> dict[str, str]:
        return self.register.unseal(record.kind, record.key, owner=self.pair)


def admit(register: Register, pair: str, person: str) -> Member:
    """Let one of a pair's two people in, both named by reference or key; anybody else is refused, which is noted.

    Who is refused learns nothing of the texts: the key is not even looked for. Raises KeyUnknown, NotOfThePair,
    VaultKeyMissing.
    """
    member = one_of(register, pair, person)
    register.need_vault()
    return member


def one_of(register: Register, pair: str, person: str) -> Member:
    """Tell who of a pair it is, for what needs no key. Raises KeyUnknown, NotOfThePair; a refusal is noted."""
    asked = find_in_register(register, "pair", pair)
    try:
        who = find_in_register(register, "person", person)
    except CommandRefused:
        note(register, asked, None, "refused")
        raise
    record = register.get("pair", asked)
    if not isinstance(record, Pair) or who not in (record.mentor, record.mentee):
        note(register, asked, who, "refused")
        raise NotOfThePair
    return Member(register, asked, who)


def note(register: Register, pair: Key, person: Key | None, outcome: str) -> None:
    """Write into the vault's journal who asked for the texts of a pair (or of a person), and what came of it."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    row = {"reading": new_key(), "at": at, "person": person, "pair": pair, "outcome": outcome, "os_user": os_user()}
    with register.transaction() as tx:
        tx.connection.execute(insert(vault_reading), row)


def os_user() -> str:
    """Name the user of this process as the system knows it: the environment could say anything."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
