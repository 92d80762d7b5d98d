"""The contract's fixtures: a test that asks for ``side`` runs on the sandbox and, twice, on the real Odoo.

What is about writing runs there once more, as a user to whom the batch action is refused (connector/crm/fallback.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from connector.crm.sandbox import SandboxCrm
from tests.contract.real import EMPLOYEE, MAIL, REFUSED, SYNC, Odoo, Prepared, RealStaff
from tests.contract.sides import FALLBACK, Clock, Side, next_second


SIDES = ("sandbox", "json2", "jsonrpc")
WRITING = ("test_create", "test_links", "test_values", "test_compare_and_set")
ONLY = "test_fallback"
WITHOUT = {
    "test_two_senders_of_one_creation_make_one_record": "one record it is, but both senders take it for theirs",
    "test_an_empty_text_is_not_no_text": "Odoo's load takes an empty text for none",
    "test_a_batch_too_large_is_refused_before_it_is_sent": "refused before the side matters",
    "test_an_empty_batch_is_nothing": "nothing is sent",
}
"""Tests of writing that the fall-back does not keep, with the reason."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on every side that it is about."""
    if "side" not in metafunc.fixturenames:
        return
    module, reason = metafunc.module.__name__, WITHOUT.get(metafunc.function.__name__)
    skip = [pytest.mark.skip(reason=reason)] if reason else []
    real = [pytest.param(side, marks=pytest.mark.odoo) for side in SIDES[1:]]
    sides = [] if module.endswith(ONLY) else [pytest.param(SIDES[0]), *real]
    if module.endswith((*WRITING, ONLY)):
        sides.append(pytest.param(FALLBACK, marks=[pytest.mark.odoo, *skip]))
    metafunc.parametrize("side", sides, indirect=True)


@pytest.fixture(scope="session")
def prepared_odoo(real_odoo: Odoo) -> Prepared:
    """Give the session's real Odoo with the data module installed and the contract's users made."""
    return Prepared.of(real_odoo)


@pytest.fixture
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """Give one CRM under test. The real one is shared by all tests: each makes its own records."""
    if request.param == "sandbox":
        yield from _sandbox()
        return
    prepared: Prepared = request.getfixturevalue("prepared_odoo")
    transport, role = ("json2", REFUSED) if request.param == FALLBACK else (request.param, SYNC)
    yield Side(  # noqa: PT022 # the sandbox's branch has an end
        request.param, prepared.line(transport, role), prepared.line(transport, EMPLOYEE), RealStaff(prepared.odoo),
        partial(prepared.connect, transport, role), next_second, prepared.traces,
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
