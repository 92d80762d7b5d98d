"""The faulty line that crash tests use fails exactly as it is told."""

from __future__ import annotations

import pytest

from connector.crm.errors import CrmAnswerLost, CrmUnreachable
from connector.crm.sandbox import SandboxCrm
from tests.contract.faults import Fault, FaultyCrm, every_fault
from tests.contract.payloads import payload

PARTNER = "res.partner"


def people(number: int) -> list[str]:
    """Name some people."""
    return [f"binome.person_{each:032x}" for each in range(number)]


def test_a_call_that_fails_before_does_nothing() -> None:
    """BEFORE: the CRM is untouched; the next call passes."""
    crm = SandboxCrm.open()
    line = FaultyCrm(crm, {2: Fault.BEFORE})
    batch = [payload(name, PARTNER, {"name": "Anne"}) for name in people(1)]
    line.now()
    with pytest.raises(CrmUnreachable):
        line.apply(batch)
    assert crm.bindings(PARTNER) == {}
    assert line.apply(batch)[0].status == "created"
    assert (line.calls, line.log) == (3, ["now", "apply", "apply"])


def test_a_call_whose_answer_is_lost_was_done() -> None:
    """LOST: the CRM did it, and nobody heard."""
    crm = SandboxCrm.open()
    line = FaultyCrm(crm, {1: Fault.LOST})
    with pytest.raises(CrmAnswerLost):
        line.apply([payload(name, PARTNER, {"name": "Anne"}) for name in people(1)])
    assert list(crm.bindings(PARTNER)) == people(1)


def test_a_partial_listing_looks_complete() -> None:
    """PARTIAL: half of the rows, and no sign of more."""
    crm = SandboxCrm.open()
    crm.apply([payload(name, PARTNER, {"name": "Anne", "email": "a@example.org"}) for name in people(6)])
    line = FaultyCrm(crm, dict.fromkeys(range(1, 5), Fault.PARTIAL))
    assert len(line.bindings(PARTNER)) == 3
    page = line.changed(PARTNER, ("name",), None)
    assert (len(page.rows), page.after) == (3, None)
    assert len(line.read(PARTNER, ("name",), people(6)).rows) == 3
    assert len(line.find_contacts(["a@example.org"])) == 3


def test_a_fault_may_be_a_crash_of_ones_own() -> None:
    """With ``error`` a fault kills the run as a signal would."""
    line = FaultyCrm(SandboxCrm.open(), {1: Fault.BEFORE, 2: Fault.LOST}, error=KeyboardInterrupt)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            line.now()


def test_every_place_and_way_is_tried() -> None:
    """``every_fault`` gives one plan for each call and each fault."""
    plans = list(every_fault(3))
    assert len(plans) == 3 * len(Fault)
    assert list(every_fault(2, Fault.LOST)) == [{1: Fault.LOST}, {2: Fault.LOST}]
