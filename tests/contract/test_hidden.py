"""Records that a record rule hides from us: out of sight, and yet not gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.crm.errors import CrmPermissionError
from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import PAGE, Note, Todo
from tests.contract.sides import Side

PAIR = "x_mentoring_pair"


@pytest.fixture
def hidden(side: Side) -> Iterator[str]:
    """Give a pair that the sync's user may not see, and let it be seen again."""
    pair = side.pair()
    side.staff.hide(PAIR, pair)
    yield pair
    side.staff.show(PAIR, pair)


def test_a_hidden_record_is_bound_and_unseen(side: Side, hidden: str) -> None:
    """No reading shows a hidden record, full or since a moment; its binding stands."""
    record = side.crm.bindings(PAIR)[hidden]
    assert side.crm.read(PAIR, ("x_state",), [hidden]).rows == ()
    assert record not in side.since(PAIR, None)
    assert record not in side.since(PAIR, "2020-01-01 00:00:00")
    assert side.crm.bindings(PAIR, [hidden]) == {hidden: record}


def test_a_record_shown_again_is_read_again(side: Side) -> None:
    """Once the rule is gone, the record is read as before."""
    pair = side.pair()
    side.staff.hide(PAIR, pair)
    side.staff.show(PAIR, pair)
    assert side.read(pair, PAIR, "x_state") == {"x_state": "proposed"}


def test_a_hidden_record_is_not_written(side: Side, hidden: str) -> None:
    """A compare-and-set of what we may not read is refused."""
    with pytest.raises(CrmPermissionError):
        side.apply(hidden, PAIR, {"x_state": "ended"}, {"x_state": "proposed"})


def test_nothing_is_put_on_a_hidden_record(side: Side, hidden: str) -> None:
    """No note and no reminder reaches a record that we may not read."""
    with pytest.raises(CrmPermissionError):
        side.crm.explain([Note(hidden, "A")])
    with pytest.raises(CrmPermissionError):
        side.crm.remind([Todo(hidden, ACTIVITY_TYPES["silence"], "A", "2026-12-01")])
    side.staff.show(PAIR, hidden)
    assert side.staff.notes(PAIR, hidden) == []
    assert side.staff.activities(PAIR, hidden) == []


def test_a_deleted_record_is_in_neither(side: Side) -> None:
    """What staff deleted is not read and has no binding."""
    pair = side.pair()
    side.staff.delete(PAIR, pair)
    assert side.crm.read(PAIR, (), [pair]).rows == ()
    assert pair not in side.crm.bindings(PAIR)
    assert side.crm.bindings(PAIR, [pair]) == {}


def test_an_archived_record_is_in_both(side: Side) -> None:
    """What staff archived is read, and bound."""
    pair = side.pair()
    side.staff.archive(PAIR, pair)
    record = side.crm.bindings(PAIR)[pair]
    assert [row.id for row in side.crm.read(PAIR, (), [pair]).rows] == [record]
    assert side.crm.bindings(PAIR, [pair]) == {pair: record}


def test_only_named_bindings_are_told(side: Side) -> None:
    """Names of other records, other models and nobody are left out, however many are asked."""
    pair, other, person = side.pair(), side.pair(), side.person()
    unknown = [side.new("pair") for _ in range(PAGE)]
    found = side.crm.bindings(PAIR, [*unknown, pair, person, "base.main_company"])
    assert found == {pair: side.crm.bindings(PAIR)[pair]}
    assert other in side.crm.bindings(PAIR)
    assert side.crm.bindings(PAIR, []) == {}
