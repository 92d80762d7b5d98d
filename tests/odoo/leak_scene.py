"""A club full of canaries, a day of its work with everything that can go wrong, and every sink it leaves behind."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connector.register.repository import Register
from mappings.confidentiality import pair_fields
from mappings.records import RECORDS, Rating, Record, SpeedDating
from sync_jobs.canaries import Canary, Hit, Search
from sync_jobs.own_sinks import tables
from tests.property.small_club import DAY, SmallClub
from tests.property.strategies import key

from .commands import run
from .server import RealOdoo
from .template import filestore_of

VAULT, WITHHELD, WITHDRAWN, UNMAPPED = "vault", "withheld", "withdrawn", "unmapped"
"""What a canary is: a pair's text; contact details never shared, or no more; a field that no map names."""

STAFF_ONLY = ("dump x_mentoring_card", "network", "register", "screen of staff")
OWN = "vault"
"""The screen of one of the two."""

PLACES = {
    VAULT: (OWN,), WITHHELD: STAFF_ONLY, WITHDRAWN: STAFF_ONLY, UNMAPPED: (OWN, "register", "screen"),
}
"""Where each may be: what staff alone read, and what leads there; the register; references on screens."""

_LETTERS = "bcdfghjkmnpqrstvwxzBCDFGHJKMNPQRSTVWXZ23456789"


class Flock:
    """The canaries of some clubs: each is a text of chance, so that it can only come from where it was put."""

    def __init__(self) -> None:
        self.canaries: list[Canary] = []
        self.clubs = [FullClub(number, self) for number in (1, 2, 3)]
        self.records = [record for club in self.clubs for record in club.start()]
        self.spoken = self.text(VAULT, "roadmap", "vision")
        """What one of a pair writes in the course of the day."""
        self.signed = self.text(VAULT, "charter", "signed_file")
        """What stands in a signed charter that is filed in the course of the day."""

    def text(self, what: str, kind: str, name: str) -> str:
        """Make one."""
        made = "".join(secrets.choice(_LETTERS) for _ in range(24))
        self.canaries.append(Canary(kind, name, made, 8, what))
        return made

    def phone(self, what: str, kind: str, name: str) -> str:
        """Make a number; only the whole gives it away, for eight digits in a row may be anything."""
        made = f"+336{secrets.randbelow(8) + 1}{secrets.randbelow(10**7):07}"
        self.canaries.append(Canary(kind, name, made, len(made), what))
        return made


class FullClub(SmallClub):
    """A small club with a canary in every field that may not cross."""

    def __init__(self, number: int, flock: Flock) -> None:
        super().__init__(number)
        self._flock = flock
        self.evening, self.rating = key(number * 100 + 90), key(number * 100 + 91)

    def start(self) -> list[Record]:
        """Give all records of the club, and those of kinds that no map names."""
        mia, tom = self.keys["mia"], self.keys["tom"]
        evening = SpeedDating(key=self.evening, date=DAY, attendees=frozenset({mia, tom}))
        rating = Rating(key=self.rating, speed_dating=self.evening, rater=mia, rated=tom, rank="yes")
        return [self._planted(record) for record in (*super().start(), evening, rating)]

    def _planted(self, record: Record) -> Record:
        kind, make = record.kind, self._flock.text
        planted: dict[str, Any] = {name: make(VAULT, kind, name) for name in pair_fields(type(record))}
        planted["ref"] = make(UNMAPPED, kind, "ref")
        if record.key == self.keys["ann"]:
            planted["email"] = f"{make(WITHHELD, kind, 'email')}@example.org".lower()
            planted["phone"] = self._flock.phone(WITHHELD, kind, "phone")
        if record.key == self.keys["tom"]:
            planted["email"] = f"{make(WITHDRAWN, kind, 'email')}@example.org".lower()
        return type(record).model_validate({**record.model_dump(), **planted})

    def _edited(self, register: Register, name: str, kind: str, fields: Any) -> Record:
        record = register.get(kind, self.keys[name])
        assert record is not None
        known = record.model_dump(exclude=set(pair_fields(type(record))))  # an edit takes no text away
        return type(record).model_validate({**known, **fields})


@dataclass(slots=True)
class Proof:
    """Looks into one sink after the other; a canary found where it may be is no leak."""

    search: Search
    found: list[Hit] = field(default_factory=list[Hit])
    kinds: set[str] = field(default_factory=set[str])

    def look(self, sink: str, content: bytes | str) -> None:
        """Look into a sink."""
        self.kinds.add(sink.partition(" ")[0])
        self.found += self.search.look(sink, content.encode() if isinstance(content, str) else content)

    @property
    def leaks(self) -> list[Hit]:
        """What was found where it may not be."""
        return [hit for hit in self.found if not hit.sink.startswith(PLACES[hit.key])]

    def line(self) -> str:
        """Say how much was searched."""
        search = self.search
        return (
            f"Leak proof: {len(search.canaries)} canaries, {search.sinks} sinks, {search.size} bytes, "
            f"{len(self.leaks)} hits"
        )


def odoo_sinks(odoo: RealOdoo) -> Iterator[tuple[str, bytes]]:
    """Give all that Odoo keeps: each table of a full dump, each stored file, its log and its database's."""
    cluster = odoo._database.cluster
    program = cluster._postmaster.program
    dump = run(program.bin / "pg_dump", "--dbname", odoo.pg, env=program.environment())
    head, *copied = re.split(r"^COPY public\.", dump, flags=re.MULTILINE)
    yield "dump head", head.encode()
    for table in copied:
        yield f"dump {table.split(' ', 1)[0]}", table.encode()
    store = filestore_of(odoo.data_dir, odoo.database)
    for file in sorted(path for path in store.rglob("*") if path.is_file()):
        yield f"filestore {file.relative_to(store)}", file.read_bytes()
    yield "log of Odoo", odoo.log_path.read_bytes()
    yield "log of PostgreSQL", (cluster.home / "data" / "server.log").read_bytes()


def own_sinks(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give all that Binôme keeps in its folder, raw, and every table row by row."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield f"{'register' if file.name.startswith('binome.db') else 'file'} {file.name}", file.read_bytes()
    of_records = tuple(f"table {kind}" for kind in RECORDS)
    with Register.open(f"sqlite:///{folder / 'binome.db'}") as register:
        for name, rows in tables(register):
            yield ("register " if name.startswith(of_records) else "state ") + name, rows
