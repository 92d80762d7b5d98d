"""Staff who write in a real Odoo while a sync does: whatever they enter is taken in, contested, or theirs to change."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from connector.crm.errors import TransientCrmError
from connector.crm.port import Crm, Outcome
from mappings.egress import CrmPayload
from mappings.records import Person
from tests.property.small_club import SmallClub

from .ground import Ground, Sides
from .hustle import Hustle

pytestmark = pytest.mark.odoo


@dataclass
class Meddled:
    """A CRM where staff are quicker: inside the first ``apply`` of contacts they write before it does."""

    crm: Crm
    meddle: Callable[[], None]
    statuses: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.crm, name)

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Let staff write, then pass on."""
        if payloads[0].model == "res.partner" and not self.statuses:
            self.meddle()
        outcomes = self.crm.apply(payloads)
        self.statuses += [outcome.status for outcome in outcomes]
        return outcomes


def edit(sides: Sides, club: SmallClub, name: str, **fields: Any) -> None:
    """Edit a person in the register."""
    person = sides.register.get("person", club.keys[name])
    assert person is not None
    sides.register.save([person.model_copy(update=fields)])


def test_an_edit_between_reading_and_writing_is_never_overwritten(ground: Ground, club: SmallClub) -> None:
    """Staff change the field that the sync is about to write, and another: one is contested, one comes home."""
    mia = club.name("person", "mia")

    def meddle() -> None:
        ground.staff.write("res.partner", mia, function="Staff", name="Mia Staff")

    with ground.open(crm=(crm := Meddled(ground.connect(), meddle))) as sides:
        edit(sides, club, "mia", job_title="Register")
        others = len(sides.state.conflicts())
        report = sides.cycle.run()
        person = sides.register.get("person", club.keys["mia"])
        assert isinstance(person, Person)
        assert crm.statuses == ["stale"]
        assert ground.staff.read("res.partner", mia, "function", "name")["function"] == "Staff"
        assert (person.job_title, person.name) == ("Register", "Mia Staff")
        assert report.conflicts == others + 1
        found = [(row["key"], row["field"]) for row in sides.state.conflicts()]
        assert (club.keys["mia"], "job_title") in found
        edit(sides, club, "mia", job_title="Staff")
        assert sides.cycle.run().conflicts == others


def test_no_edit_is_lost_while_all_write_at_once(ground: Ground, club: SmallClub) -> None:
    """Editors on both sides change the same fields while one sync follows another: each edit counts, or is disputed."""
    hustle = Hustle(ground, [club.keys[name] for name in ("mia", "tom", "ann")])
    with ground.open(crm=(crm := Meddled(ground.connect(), lambda: None))) as sides, hustle.recorded():
        with hustle.busy():
            sync_until_they_met(ground, sides, lambda: "stale" in crm.statuses or bool(hustle.lost()))
        sides.cycle.run()
        assert hustle.lost() == []
        disputed, history = {row["key"] for row in sides.state.conflicts()}, hustle.history()
        for of, contact in hustle.contacts.items():
            here, there = sides.register.get("person", of), ground.staff.read("res.partner", contact, "function")
            assert isinstance(here, Person)
            assert here.job_title == there["function"] or of in disputed
            last = hustle.last[of]
            assert here.job_title == last or (contact, last) in [row[:2] for row in history], "the register's is lost"


def sync_until_they_met(ground: Ground, sides: Sides, met: Callable[[], bool]) -> None:
    """Sync a dozen times at least, until Odoo had to try a transaction again and a sync met an edit of the staff."""
    ends = time.monotonic() + 60
    for number in count(1):
        with suppress(TransientCrmError):
            sides.cycle.run()
        if number >= 12 and met() and "could not serialize" in ground.odoo.log_path.read_text():
            return
        assert time.monotonic() < ends, "nothing is proven: nobody met"
