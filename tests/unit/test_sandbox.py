"""The sandbox alone: its file, its clock, its formulas. What it shares with Odoo is in tests/contract."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from connector.crm.errors import CrmInvalid, CrmMissing, CrmModuleError, CrmPermissionError
from connector.crm.module.names import MODULE_VERSION
from connector.crm.port import Crm
from connector.crm.sandbox import SandboxCrm
from connector.crm.sandbox.schema import FIELDS
from mappings.destinations import MODELS, ROLE_TAGS
from tests.contract.payloads import payload

PARTNER, PAIR = "res.partner", "x_mentoring_pair"
ANNE = payload("binome.person_1", PARTNER, {"name": "Anne"})

ASK = """
import sys
from connector.crm.sandbox import SandboxCrm
print(SandboxCrm.at(sys.argv[1]).bindings("res.partner"))
"""


def test_the_sandbox_keeps_the_port() -> None:
    """A sandbox is a Crm, to the type checker as well."""
    crm: Crm = SandboxCrm.open()
    assert crm.server().module == MODULE_VERSION


def test_two_sandboxes_in_memory_know_nothing_of_each_other() -> None:
    """Without a path each sandbox is its own."""
    first, second = SandboxCrm.open(), SandboxCrm.at("sandbox:")
    first.apply([ANNE])
    assert second.bindings(PARTNER) == {}


def test_a_file_is_shared_while_open_and_kept_after(tmp_path: Path) -> None:
    """What one connection writes the other reads at once, and the next process too."""
    url = f"sandbox://{tmp_path}/crm.sqlite"
    first, second = SandboxCrm.at(url), SandboxCrm.at(url)
    (outcome,) = first.apply([ANNE])
    assert second.bindings(PARTNER) == {"binome.person_1": outcome.id}
    first.close()
    second.close()
    told = subprocess.run([sys.executable, "-c", ASK, url], capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout.strip() == str({"binome.person_1": outcome.id})


def test_opening_again_ships_nothing_twice(tmp_path: Path) -> None:
    """The role tags of the data module are there once, however often the file is opened."""
    for _ in range(3):
        crm = SandboxCrm.open(str(tmp_path / "crm.sqlite"))
        person = payload("binome.person_1", PARTNER, {"name": "A", "category_id": {"link": list(ROLE_TAGS.values())}})
        crm.apply([person])
        assert len(crm.read(PARTNER, ("category_id",), ["binome.person_1"]).rows[0].values["category_id"]) == 3
        crm.close()


def test_an_older_file_gets_the_missing_columns(tmp_path: Path) -> None:
    """A file of a Binôme that had fewer fields is brought up to date, and its records stay."""
    path = str(tmp_path / "crm.sqlite")
    with sqlite3.connect(path) as db:
        db.execute('CREATE TABLE "res.partner" (id INTEGER PRIMARY KEY AUTOINCREMENT, write_date TEXT, name TEXT)')
        db.execute("""INSERT INTO "res.partner" VALUES (7, '2026-01-01 00:00:00', 'Old')""")
    db.close()
    crm = SandboxCrm.open(path)
    crm.bind(PARTNER, [("binome.person_7", 7)])
    values = crm.read(PARTNER, ("name", "email", "parent_id"), ["binome.person_7"]).rows[0].values
    assert values == {"name": "Old", "email": False, "parent_id": False}
    crm.close()


def test_time_is_the_clock_that_was_given() -> None:
    """Moments come from the given clock, in UTC and whole seconds."""
    paris = timezone(timedelta(hours=1))
    crm = SandboxCrm.open(clock=lambda: datetime(2026, 11, 24, 10, 0, 2, 999_999, tzinfo=paris))
    crm.apply([ANNE])
    (row,) = crm.changed(PARTNER, (), None).rows
    assert row.write_date == crm.now() == "2026-11-24 09:00:02"


def test_a_transaction_has_one_date() -> None:
    """However long a batch takes, all its records bear the date of its start."""
    ticks = (datetime(2026, 11, 24, 9, 0, second, tzinfo=UTC) for second in range(60))
    crm = SandboxCrm.open(clock=lambda: next(ticks))
    crm.apply([ANNE, payload("binome.person_2", PARTNER, {"name": "Zoé"})])
    assert len({row.write_date for row in crm.changed(PARTNER, (), None).rows}) == 1


def test_calls_of_the_port_are_counted_and_those_of_staff_are_not() -> None:
    """``calls`` tells what the sync cost."""
    crm = SandboxCrm.open()
    crm.apply([ANNE])
    crm.as_staff().write(PARTNER, "binome.person_1", name="Anna")
    crm.bindings(PARTNER)
    assert crm.calls == 2


def test_rights_can_be_taken_and_given_back() -> None:
    """A user who loses its group is refused, and loses nothing by it."""
    crm = SandboxCrm.open()
    crm.apply([ANNE])
    crm.rights = "coordinator"
    with pytest.raises(CrmPermissionError):
        crm.bindings(PARTNER)
    crm.rights = "sync"
    assert list(crm.bindings(PARTNER)) == ["binome.person_1"]


def test_a_model_that_is_not_ours_is_not_served() -> None:
    """The port serves the models of the catalogue, and no other table of the sandbox."""
    crm = SandboxCrm.open()
    with pytest.raises(CrmModuleError):
        crm.changed("res.users", ("login",), None)


def test_a_set_that_is_no_set_is_refused() -> None:
    """Raw database ids are no wire value: what the real action would stumble over, the sandbox refuses too."""
    crm = SandboxCrm.open()
    with pytest.raises(CrmInvalid):
        crm.apply([payload("binome.person_1", PARTNER, {"name": "Anne", "category_id": [1]})])


def test_staff_are_told_that_a_record_is_gone() -> None:
    """Staff cannot change what is not there."""
    staff = SandboxCrm.open().as_staff()
    with pytest.raises(CrmMissing):
        staff.write(PARTNER, "binome.person_1", name="Anna")
    with pytest.raises(CrmMissing):
        staff.delete(PARTNER, 4)


def test_staff_name_links_by_external_id() -> None:
    """Staff pick linked records by what they are, one or several."""
    crm = SandboxCrm.open()
    crm.apply([ANNE, payload("binome.person_2", PARTNER, {"name": "Zoé"})])
    staff = crm.as_staff()
    people = ["binome.person_1", "binome.person_2"]
    pair = staff.create(PAIR, x_mentor_id=people[0], x_mentee_id=people[1])
    assert staff.read(PAIR, pair, "x_name")["x_name"] == "Anne – Zoé"
    session = staff.create("x_mentoring_session", x_date="2026-10-01", x_attendee_ids=people)
    assert len(staff.read("x_mentoring_session", session, "x_attendee_ids")["x_attendee_ids"]) == 2


def test_every_declared_field_is_in_the_sandbox() -> None:
    """What the data module makes of the catalogue, the sandbox has."""
    crm = SandboxCrm.open()
    for model in MODELS.values():
        assert model.fields.keys() <= crm.fields(model.name).keys()


def test_no_formula_looks_further_than_one_link() -> None:
    """The sandbox follows ``depends`` along one link: a longer path would never be computed again."""
    paths = [path for fields in FIELDS.values() for item in fields.values() for path in item.depends.split(",")]
    assert [path for path in paths if path.count(".") > 1] == []


def test_a_thousand_meetings_are_computed_once() -> None:
    """A batch on one pair computes its figures once, not once a meeting: a demo of years takes no time."""
    crm = SandboxCrm.open()
    people = {"x_mentor_id": "binome.person_1", "x_mentee_id": "binome.person_2"}
    crm.apply([ANNE, payload("binome.person_2", PARTNER, {"name": "Zoé"})])
    crm.apply([payload("binome.pair_1", PAIR, people)])
    began = datetime.now(UTC)
    for start in (0, 500):
        crm.apply([
            payload(f"binome.meeting_{number}", "x_mentoring_meeting",
                    {"x_pair_id": "binome.pair_1", "x_date": "2026-10-01", "x_state": "held"})
            for number in range(start, start + 500)
        ])
    (row,) = crm.read(PAIR, ("x_meetings_held",), ["binome.pair_1"]).rows
    assert row.values == {"x_meetings_held": 1000}
    assert datetime.now(UTC) - began < timedelta(seconds=5)
