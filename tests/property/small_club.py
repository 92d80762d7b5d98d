"""A small club with a record of every map, what people then do on both sides, and how it must end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from connector.crm.port import Crm
from connector.register.repository import Register
from mappings.base import columns_of
from mappings.catalogue import CATALOGUE
from mappings.destinations import MODELS
from mappings.records import (
    Charter, ClubSession, Contribution, Key, Meeting, Mentee, Mentor, Organisation, Pair, Person, Record, Roadmap, Stay,
)
from sync_jobs.engine.identity import recognise
from sync_jobs.state import State
from tests.contract.sides import StaffLike
from tests.property.strategies import key

NAMES = (
    "firm", "group", "mia", "tom", "ann", "stay", "mentor", "mentee", "pair", "charter", "roadmap", "met", "disputed",
    "cancelled", "session", "given", "withdrawn", "new", "new gift",
)
DAY = dt.date(2026, 10, 1)
Ends = dict[str, Any]


class SmallClub:
    """One of many alike: ``number`` gives its records keys of their own; no value tells two of them apart."""

    def __init__(self, number: int) -> None:
        self.keys: dict[str, Key] = {name: key(number * 100 + at) for at, name in enumerate(NAMES, 1)}
        self._names = {of: name for name, of in self.keys.items()}
        self.waiting = 0

    def start(self) -> list[Record]:
        """Give a record for every map, and a few more to be edited."""
        k = self.keys
        return [
            Organisation(key=k["group"], name="Group"),
            Organisation(key=k["firm"], name="Firm", parent=k["group"]),
            Person(key=k["mia"], name="Mia", email="mia@x.fr", share_email=True, roles=frozenset({"mentor"})),
            Person(key=k["tom"], name="Tom", email="tom@x.fr", phone="+33 6 12 34 56 78", share_email=True),
            Person(key=k["ann"], name="Ann", organisation=k["firm"]),
            Stay(key=k["stay"], organisation=k["firm"], start=DAY),
            Mentor(key=k["mentor"], person=k["mia"], conflicts=frozenset({k["group"]})),
            Mentee(key=k["mentee"], person=k["tom"]),
            Pair(key=k["pair"], mentor=k["mia"], mentee=k["tom"], stay=k["stay"], start=DAY),
            Charter(key=k["charter"], pair=k["pair"], version="1"),
            Roadmap(key=k["roadmap"], pair=k["pair"], agreed_on=DAY, milestones=3),
            *(Meeting(key=k[name], pair=k["pair"], date=DAY) for name in ("met", "disputed", "cancelled")),
            ClubSession(key=k["session"], date=DAY, attendees=frozenset({k["mia"]})),
            Contribution(key=k["given"], person=k["mia"], date=DAY, category="workshop", minutes=60),
            Contribution(key=k["withdrawn"], person=k["mia"], date=DAY, category="breakfast", minutes=30),
        ]

    def edit_register(self, register: Register) -> None:
        """Edit a record of every map, archive one, and enter a person with a contribution."""
        edits: Mapping[str, tuple[str, dict[str, Any]]] = {
            "firm": ("organisation", {"city": "Lyon"}),
            "mia": ("person", {"email": "mia@new.fr", "share_roles": True}),
            "tom": ("person", {"share_email": False}),
            "stay": ("stay", {"planned_end": DAY}),
            "mentor": ("mentor", {"capacity": 4}),
            "mentee": ("mentee", {"state": "paused"}),
            "pair": ("pair", {"state": "active"}),
            "charter": ("charter", {"version": "2"}),
            "roadmap": ("roadmap", {"milestones_done": 2}),
            "met": ("meeting", {"minutes": 45}),
            "disputed": ("meeting", {"minutes": 50}),
            "cancelled": ("meeting", {"active": False}),
            "session": ("club_session", {"attendees": frozenset({self.keys["mia"], self.keys["ann"]})}),
            "given": ("contribution", {"state": "confirmed"}),
        }
        new = Person(key=self.keys["new"], name="New", organisation=self.keys["firm"], email="new@x.fr")
        gift = Contribution(key=self.keys["new gift"], person=new.key, date=DAY, category="workshop", minutes=15)
        register.save([*(self._edited(register, name, *edit) for name, edit in edits.items()), new, gift])

    def _edited(self, register: Register, name: str, kind: str, fields: Mapping[str, Any]) -> Record:
        record = register.get(kind, self.keys[name])
        assert record is not None
        return type(record).model_validate({**record.model_dump(), **fields})

    def edit_crm(self, staff: StaffLike) -> None:
        """Let staff edit other fields of the same records, one of them disputed, archive one, and enter four."""
        mentoring = "x_mentoring_"
        edits: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
            ("res.partner", "organisation", "firm", {"name": "Firm Ltd"}),
            ("res.partner", "person", "mia", {"function": "Coach"}),
            (f"{mentoring}card", "card", "tom", {"x_share_phone": True}),
            (f"{mentoring}stay", "stay", "stay", {"x_end": "2026-12-01"}),
            (f"{mentoring}profile", "mentor", "mentor", {"x_expertise": "Law"}),
            (f"{mentoring}pair", "pair", "pair", {"x_cadence_days": 14}),
            (f"{mentoring}charter", "charter", "charter", {"x_version": "0", "x_state": "sent"}),
            (f"{mentoring}meeting", "meeting", "met", {"x_state": "held"}),
            (f"{mentoring}meeting", "meeting", "disputed", {"x_minutes": 75, "x_state": "held"}),
            (f"{mentoring}session", "club_session", "session", {"x_minutes": 90}),
        )
        for model, kind, name, values in edits:
            staff.write(model, self.name(kind, name), **values)
        staff.archive(f"{mentoring}contribution", self.name("contribution", "withdrawn"))
        staff.create(f"{mentoring}profile", x_partner_id=self.name("person", "ann"), x_role="mentor", x_state="active")
        staff.create(f"{mentoring}meeting", x_pair_id=self.name("pair", "pair"), x_date="2026-11-02", x_minutes=20)
        stranger = staff.create("res.partner", name="Stranger")
        gift = {"x_date": "2026-11-02", "x_category": "workshop", "x_minutes": 5}
        self.waiting = staff.create(f"{mentoring}contribution", x_partner_id=stranger, **gift)

    def name(self, kind: str, name: str) -> str:
        """Give the external id of one of the records."""
        return f"binome.{kind}_{self.keys[name].hex}"

    def ends(self, register: Register, crm: Crm, state: State) -> Ends:
        """Tell how this club stands: every record as both sides have it, conflicts, and what was set aside."""
        adopted = self._adopted(register)
        names = {**self._names, **adopted}
        ends: Ends = {"adopted": sorted(adopted.values())}
        for model in MODELS:
            maps = [entity for entity in CATALOGUE if entity.model == model]
            mine = {entity.kind: register.many(entity.record.kind, names) for entity in maps}
            ours = [entity.external_id(of) for entity in maps for of in mine[entity.kind]]
            page = crm.read(model, columns_of(maps, model), ours)
            for entity in maps:
                there = {one.key: one.values for one in recognise(entity, page.rows, page.links)}
                for of, record in mine[entity.kind].items():
                    here = {item.field: getattr(record, item.field) for item in entity.fields}
                    both = (_named(values, names) for values in (here, there.get(of, {})))
                    ends[f"{entity.kind} {names[of]}"] = tuple(both)
        open_ones = [row for row in state.conflicts() if row["key"] in names]
        ends["conflicts"] = sorted((row["kind"], names[row["key"]], row["field"]) for row in open_ones)
        ends["set aside"] = sorted(self._set_aside(crm, state, names))
        return ends

    def _adopted(self, register: Register) -> dict[Key, str]:
        """Name what staff entered and the register took in."""
        known = self._names
        mentors = [r for r in register.all("mentor") if isinstance(r, Mentor) and r.person == self.keys["ann"]]
        meetings = [r for r in register.all("meeting") if isinstance(r, Meeting) and r.pair == self.keys["pair"]]
        return {r.key: f"adopted {r.kind}" for r in [*mentors, *meetings] if r.key not in known}

    def _set_aside(self, crm: Crm, state: State, names: Mapping[Key, str]) -> Iterator[tuple[str, str, str]]:
        rows = state.parked()
        yield from ((row["kind"], names[row["key"]], row["code"]) for row in rows if row["key"] in names)
        bound = {f"binome.contribution_{row['key'].hex}": row["code"] for row in rows if row["kind"] == "contribution"}
        for one in crm.read("x_mentoring_contribution", (), list(bound)).rows:
            if one.id == self.waiting:
                yield from (("contribution", "waiting", bound[name]) for name in one.external_ids)


def census(register: Register, crm: Crm) -> dict[str, int]:
    """Count the records of both sides: a double shows here."""
    there = {model: len(list(_rows(crm, model))) for model in MODELS}
    return {**there, **{entity.record.kind: register.count(entity.record.kind) for entity in CATALOGUE}}


def _rows(crm: Crm, model: str) -> Iterator[Any]:
    after: int | None = 0
    while after is not None:
        page = crm.changed(model, (), None, after)
        yield from page.rows
        after = page.after


def _named(values: Mapping[str, Any], names: Mapping[Key, str]) -> dict[str, Any]:
    """Give values with names for keys, so that two clubs can be compared."""
    def named(value: Any) -> Any:
        if isinstance(value, UUID):
            return names.get(value, "unknown")
        return sorted(map(str, map(named, _each(value)))) if isinstance(value, frozenset | set) else value

    return {field: named(value) for field, value in values.items()}


def _each(value: Iterable[Any]) -> Iterable[Any]:
    return value
