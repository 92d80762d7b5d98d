"""The contract's fixtures: a test that asks for ``side`` runs on the sandbox and, twice, on the real Odoo."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from connector.crm.sandbox import SandboxCrm
from tests.contract.real import EMPLOYEE, MAIL, Odoo, Prepared, RealStaff
from tests.contract.sides import Clock, Side, next_second


@pytest.fixture(scope="session")
def prepared_odoo(real_odoo: Odoo) -> Prepared:
    """Give the session's real Odoo with the data module installed and the contract's users made."""
    return Prepared.of(real_odoo)


@pytest.fixture(params=[
    "sandbox", pytest.param("json2", marks=pytest.mark.odoo), pytest.param("jsonrpc", marks=pytest.mark.odoo),
])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """Give one CRM under test. The real one is shared by all tests: each makes its own records."""
    if request.param == "sandbox":
        yield from _sandbox()
        return
    prepared: Prepared = request.getfixturevalue("prepared_odoo")
    transport: str = request.param
    yield Side(  # noqa: PT022 # the sandbox's branch has an end
        transport, prepared.line(transport), prepared.line(transport, EMPLOYEE), RealStaff(prepared.odoo),
        partial(prepared.connect, transport), next_second, prepared.traces,
    )


def no_traces() -> dict[str, int]:
    """Count the sandbox's mail: it has none."""
    return dict.fromkeys(MAIL, 0)


def _sandbox() -> Iterator[Side]:
    clock = Clock()
    crm = SandboxCrm.open(clock=clock)
    yield Side(
        "sandbox", crm, crm.acting_as("employee"), crm.as_staff(), partial(crm.acting_as, "sync"), clock.tick,
        no_traces,
    )
    crm.close()
