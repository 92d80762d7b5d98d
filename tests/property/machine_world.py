"""A small club on both sides, and what people do to it there: every act is noted in the ledger by what it changed."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connector.crm.errors import CrmInvalid, CrmMissing
from connector.crm.sandbox import SandboxCrm
from connector.register.errors import RegisterError
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.base import EntityMap, FieldMap, Policy, columns_of
from mappings.catalogue import CATALOGUE
from mappings.confidentiality import pair_fields
from mappings.egress import CrmPayload
from mappings.records import RECORDS, Key, Person, Record
from mappings.values import parse_external_id
from mappings.vocabulary import Category
from sync_jobs.engine.identity import Remote, aliases, recognise
from tests.property.machine_ledger import POLICIES, Ledger, Place, Side
from tests.property.strategies import CANARY, key

MAPS = {entity.kind: entity for entity in CATALOGUE}
MODELS = {entity.model: [one for one in CATALOGUE if one.model == entity.model] for entity in CATALOGUE}
ORGS, PEOPLE, STAY, PAIR, EVENING = (key(1), key(2)), (key(3), key(4), key(5), key(6)), key(7), key(8), key(9)
TARGETS = {"organisation": ORGS, "person": PEOPLE, "stay": (STAY,), "pair": (PAIR,), "speed_dating": (EVENING,)}
EDITABLE = [
    (entity.kind, item.field)
    for entity in CATALOGUE for item in entity.fields
    if item.kind.name != "tags" and (item.kind.name != "link" or item.policy is not Policy.REGISTER)
]
"""What people may edit, by map and field."""
UNIQUE = [(kind, name) for kind, name in EDITABLE if MAPS[kind].by_field[name].kind.name in ("text", "day", "whole")]
"""What takes another value with every edit."""
MARK = "quux"
"""Within every text that people type, so that it is found wherever it should not be."""
YEAR = 2031
"""The year of every day that people enter."""
VAULT = Vault([Vault.generate_key()])


def day(number: int) -> dt.date:
    """Give a day that no clock of these tests shows."""
    return dt.date(YEAR, 1, 1) + dt.timedelta(days=number % 360)


def record_of(kind: str, of: Key, number: int) -> Record:
    """Make a new record of a kind, with the canary in every text of the pair."""
    own: dict[str, dict[str, Any]] = {
        "organisation": {"name": f"{MARK} firm {number}"},
        "person": {"name": f"{MARK} person {number}", "email": f"{MARK}{number}@x.fr", "phone": _phone(number)},
        "stay": {"organisation": ORGS[0], "start": day(number)},
        "mentor": {"person": PEOPLE[number % 4], "capacity": 1 + number % 9},
        "mentee": {"person": PEOPLE[number % 4]},
        "pair": {"mentor": PEOPLE[0], "mentee": PEOPLE[2 + number % 2], "stay": STAY, "proposed_on": day(number)},
        "charter": {"pair": PAIR, "version": f"{MARK}{number}"},
        "roadmap": {"pair": PAIR, "agreed_on": day(number)},
        "meeting": {"pair": PAIR, "date": day(number), "minutes": 10 + number},
        "club_session": {"date": day(number), "attendees": frozenset(PEOPLE[:2]), "minutes": 10 + number},
        "speed_dating": {"date": day(number), "attendees": frozenset(PEOPLE[:2]), "rounds": 10 + number},
        "encounter": {
            "speed_dating": EVENING, "round": 10 + number, "table": 1, "mentor": PEOPLE[0], "mentee": PEOPLE[2],
        },
        "rating": {"speed_dating": EVENING, "rater": PEOPLE[0], "rated": PEOPLE[2 + number % 2]},
        "contribution": {
            "person": PEOPLE[1], "date": day(number), "category": Category.WORKSHOP, "minutes": 10 + number,
        },
    }
    texts = {name: f"{CANARY} {name}" for name in pair_fields(RECORDS[kind])}
    return RECORDS[kind].model_validate({"key": of, **own[kind], **texts})


def _phone(number: int) -> str:
    return f"+3361234{number % 10000:04d}"


@cache
def desks() -> tuple[Register, ...]:
    """Open one register thrice, for the office with its vault and for two runners; kept, for opening takes time."""
    folder = TemporaryDirectory(prefix="binome-machine-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "register.db"
    with Register.open(f"sqlite:///{path}", vault=VAULT, create=True) as register:
        numbers = count(500)
        for kind in dict.fromkeys(entity.record.kind for entity in CATALOGUE):
            for of in TARGETS.get(kind) or (key(next(numbers)),):
                register.save([record_of(kind, of, next(numbers))])
        register.forget()
    shutil.copy(path, path.with_suffix(".template"))
    return tuple(Register.open(f"sqlite:///{path}", vault=vault) for vault in (VAULT, None, None))


def fresh_desks() -> tuple[Register, ...]:
    """Give the three with the register as it was at first."""
    for desk in desks():
        desk.close()
    path = Path(str(desks()[0].url.database))
    for left in ("-wal", "-shm"):
        Path(f"{path}{left}").unlink(missing_ok=True)
    shutil.copy(path.with_suffix(".template"), path)
    return desks()


class Clock:
    """The CRM's clock: a second a question, a skew of minutes that comes and goes."""

    def __init__(self) -> None:
        self.now, self.skew, self.stopped = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC), 0, False

    def __call__(self) -> dt.datetime:
        if not self.stopped:
            self.now += dt.timedelta(seconds=1)
        return self.now + dt.timedelta(minutes=self.skew)


class Club:
    """Both sides, and the people at them."""

    def __init__(self) -> None:
        self.office, *self.desks = fresh_desks()
        self.clock, self.ledger = Clock(), Ledger()
        self.crm = SandboxCrm.open(clock=self.clock)
        self.staff = self.crm.as_staff()
        self.numbers = count(1)
        self.deleted: set[tuple[str, Key]] = set()  # what the register archives once it believes it

    def close(self) -> None:
        """Let go of both sides."""
        for desk in (self.office, *self.desks):
            desk.close()
        self.crm.close()

    # -- what each side shows

    def register_shows(self) -> dict[Place, Any]:
        """Give what the register lets the CRM see, field by field, in the form that is compared."""
        return {
            (entity.kind, record.key, item.field): item.canonical(entity.outgoing(item, record))
            for entity in CATALOGUE for record in self.office.all(entity.record.kind) for item in entity.fields
        }

    def rows(self) -> Iterator[tuple[EntityMap, Remote]]:
        """Give every row of the CRM that belongs to a map, and note who was merged."""
        groups: set[tuple[str, ...]] = set()
        for model, entities in MODELS.items():
            page = self.crm.changed(model, columns_of(CATALOGUE, model), None)
            groups |= {row.external_ids for row in page.rows if len(row.external_ids) > 1}
            for entity in entities:
                yield from ((entity, one) for one in recognise(entity, page.rows, page.links))
        self.ledger.alias = {str(old): str(new) for old, new in aliases("person", groups).items()}
        self.ledger.away |= {("person", old) for old in aliases("person", groups)}

    def crm_shows(self) -> dict[Place, Any]:
        """Give what the CRM shows, by key, or by its own number where a record has none yet."""
        self.clock.stopped, shown = True, dict[Place, Any]()
        for entity, one in self.rows():
            if one.key:
                self.ledger.rename(entity.kind, one.id, one.key)
            for item in entity.fields:
                value = ("stranger",) if item.field in one.strangers else item.canonical(one.values[item.field])
                shown[entity.kind, one.key or one.id, item.field] = value
        self.clock.stopped = False
        return shown

    @contextmanager
    def _acting(self, side: Side) -> Iterator[None]:
        """Note what people changed within; a screen that refuses is no act."""
        shows = self.register_shows if side == "register" else self.crm_shows
        before = shows()
        with suppress(CrmInvalid, CrmMissing, RegisterError):
            yield
        self.ledger.note(side, before, shows())

    # -- what people do

    def edit(self, side: Side, place: tuple[str, str], which: int, variant: int) -> None:
        """Change one field of one record on one side."""
        entity, item = MAPS[place[0]], MAPS[place[0]].by_field[place[1]]
        found = sorted(self.office.all(entity.record.kind), key=lambda record: record.key)
        if not found:
            return
        record = found[which % len(found)]
        value = self._value(entity, item, side, variant)
        with self._acting(side):
            if side == "register":
                self.office.save([record.model_copy(update={item.field: value})])
            else:
                self.staff.write(entity.model, entity.external_id(record.key), **_columns(entity, {item: value}))

    def _value(self, entity: EntityMap, item: FieldMap, side: Side, variant: int) -> Any:
        number, targets = next(self.numbers), TARGETS.get(item.target or "", ())
        if item.kind.name in ("text", "email", "phone", "day", "link") and variant == 0:
            return None
        match item.kind.name:
            case "flag":
                return bool(variant % 2)
            case "choice":
                choices = sorted(entity.destination.fields[item.column].choices)
                return choices[(variant + number) % len(choices)]
            case "whole":  # staff may type a cadence that the register refuses
                return 3 if variant == 0 and side == "crm" else 7 + number % 80
            case "link":
                return targets[variant % len(targets)]
            case "links":
                return frozenset(one for place, one in enumerate(targets) if variant >> place & 1)
            case kind:
                texts = {"text": f"{MARK} {number}", "email": f"{MARK}{number}@x.fr", "phone": _phone(number)}
                return texts.get(kind) or day(number)

    def create(self, side: Side, kind: str) -> None:
        """Enter a new record on one side; employees' contacts are not taken in."""
        number = next(self.numbers)
        record, entity = record_of(kind, key(600 + number), number), MAPS[kind]
        with self._acting(side):
            if side == "register":
                self.office.save([record])
            elif entity.adopts_new:
                values = {item: getattr(record, item.field) for item in entity.fields}
                self.staff.create(entity.model, **_columns(entity, values), **entity.constants)

    def stranger(self) -> None:
        """Let staff give somebody who is not in the programme a profile."""
        with self._acting("crm"):
            who = self.staff.create("res.partner", name=f"{MARK} stranger", is_company=False)
            self.staff.create("x_mentoring_profile", x_partner_id=who, x_role="mentor")

    def delete(self, kind: str, which: int) -> None:
        """Let staff delete a record."""
        found = sorted(record.key for record in self.office.all(MAPS[kind].record.kind))
        if found:
            of = found[which % len(found)]
            with self._acting("crm"):
                self.staff.delete(MAPS[kind].model, MAPS[kind].external_id(of))
                shared = POLICIES.get((kind, "active")) is Policy.BOTH
                self.deleted |= {(kind, of)} if shared else set()

    def merge(self, kept: int, other: int) -> None:
        """Let staff merge two contacts."""
        names = [MAPS["person"].external_id(PEOPLE[number % 4]) for number in (kept, other)]
        with self._acting("crm"):
            if self.staff.id_of("res.partner", names[0]) != self.staff.id_of("res.partner", names[1]):
                self.staff.merge(*names)

    def without_consent(self, payload: CrmPayload) -> set[str]:
        """Name a contact's columns that a payload would show though the person does not share them now."""
        named = parse_external_id(payload.external_id)
        person = self.office.get(*named) if named and named[0] == "person" else None
        if not isinstance(person, Person):
            return set()
        shares = {"email": person.share_email, "phone": person.share_phone}
        return {column for column, given in shares.items() if payload.values.get(column) and not given}


def _columns(entity: EntityMap, values: dict[FieldMap, Any]) -> dict[str, Any]:
    """Put values as staff enter them: links by name."""
    wire = {item.column: item.to_wire(value) for item, value in values.items() if item.kind.name != "tags"}
    return {column: list(value["set"]) if hasattr(value, "keys") else value for column, value in wire.items()}
