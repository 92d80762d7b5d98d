"""Writing without the batch action: what the fall-back costs, what it cannot promise, and what has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.crm.errors import CrmPermissionError
from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.odoo import OdooCrm, OdooTransport
from connector.crm.port import Todo
from tests.contract.payloads import payload
from tests.contract.sides import Side

PARTNER, PAIR = "res.partner", "x_mentoring_pair"


class Meanwhile:
    """A line on which something happens just before a method is called."""

    def __init__(self, over: OdooTransport, method: str, happens: Callable[[], object]) -> None:
        self._over, self._method, self._happens = over, method, happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._over, name)

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call, after what happens meanwhile."""
        if method == self._method:
            self._happens()
        return self._over.call(model, method, *arguments, **named)


def interrupted(side: Side, method: str, happens: Callable[[], object]) -> OdooCrm:
    """Give the side's user a line on which something happens before a method is called."""
    crm: Any = side.crm
    over: Any = Meanwhile(crm._transport, method, happens)
    return OdooCrm(over)


def test_a_batch_costs_the_same_calls_however_long_it_is(side: Side) -> None:
    """Distinct values of two records or of fifty: the same few calls, never one a record."""

    def cost(rows: int) -> int:
        names, before = [side.new("person") for _ in range(rows)], side.crm.calls
        made = side.crm.apply([payload(each, PARTNER, {"name": each}) for each in names])
        assert {each.status for each in made} == {"created"}
        told = side.crm.apply([payload(each, PARTNER, {"name": f"{each}!"}, {"name": each}) for each in names])
        assert {each.status for each in told} == {"updated"}
        return side.crm.calls - before

    cost(1)  # what is asked once in the life of a line
    assert cost(2) == cost(50) == 5


def test_a_creation_that_somebody_made_meanwhile_is_left_alone(side: Side) -> None:
    """Made by another between the reading and the creating: one record it stays, with the other's values."""
    name = side.new("person")
    line = interrupted(side, "load", lambda: side.apply(name, PARTNER, {"name": "First"}))
    outcome = line.apply([payload(name, PARTNER, {"name": "Second"})])[0]
    assert outcome.id == side.crm.bindings(PARTNER)[name]
    assert side.read(name, PARTNER, "name") == {"name": "First"}


def test_an_edit_between_the_reading_and_the_writing_is_lost(side: Side) -> None:
    """The known weakness, told by a test: only the action compares within the writing itself."""
    pair = side.pair()
    line = interrupted(side, "web_save_multi", lambda: side.staff.write(PAIR, pair, x_state="declined"))
    outcome = line.apply([payload(pair, PAIR, {"x_state": "active"}, {"x_state": "proposed"})])[0]
    assert outcome.status == "updated"
    assert side.read(pair, PAIR, "x_state") == {"x_state": "active"}


def test_binding_and_reminding_have_no_fallback(side: Side) -> None:
    """What the port cannot do without the module's actions is refused, with the advice to give the group."""
    pair = side.pair()
    stranger = side.staff.create(PARTNER, name="Stranger")
    for deed in (
        lambda: side.crm.bind(PARTNER, [(side.new("person"), stranger)]),
        lambda: side.crm.remind([Todo(pair, ACTIVITY_TYPES["silence"], "A", "2026-12-01")]),
    ):
        with pytest.raises(CrmPermissionError, match="run") as caught:
            deed()
        assert "Sync" in caught.value.advice
