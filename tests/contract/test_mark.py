"""The sync mark: it lies in the CRM's database, and so goes back in time with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.crm.sandbox import SandboxCrm
from tests.contract.payloads import payload
from tests.contract.sides import Side

PARTNER = "res.partner"


def test_a_mark_is_told_as_it_was(side: Side) -> None:
    """Setting the mark tells the one before; asking tells it and leaves it, over every connection."""
    first, second = side.new("mark"), side.new("mark")
    side.crm.mark(first)
    assert side.crm.mark() == first
    assert side.another().mark(second) == first
    assert side.crm.mark() == second


def test_a_fresh_crm_has_no_mark() -> None:
    """Before the first sync there is no mark."""
    crm = SandboxCrm.open()
    assert crm.mark() is None
    assert crm.mark("first") is None
    assert crm.mark() == "first"


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
def test_a_restored_crm_is_yesterdays(tmp_path: Path, *, in_file: bool) -> None:
    """A backup brought back shows yesterday's records and mark, to every connection; what came later is lost."""
    crm = SandboxCrm.open(str(tmp_path / "crm.db") if in_file else None)
    staff, other = crm.as_staff(), crm.acting_as("sync")
    crm.apply([payload("binome.person_1", PARTNER, {"name": "Anne"})])
    crm.mark("yesterday")
    taken = crm.backup()
    crm.apply([payload("binome.person_2", PARTNER, {"name": "Berthe"})])
    staff.write(PARTNER, "binome.person_1", name="Changed")
    crm.mark("today")
    crm.restore(taken)
    assert other.mark() == "yesterday"
    assert list(crm.bindings(PARTNER)) == ["binome.person_1"]
    assert staff.read(PARTNER, "binome.person_1", "name")["name"] == "Anne"
    if in_file:
        crm.close()
        assert SandboxCrm.open(str(tmp_path / "crm.db")).mark() == "yesterday"
