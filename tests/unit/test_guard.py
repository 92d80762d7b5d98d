"""When the guard asks for a person's word."""

from __future__ import annotations

import pytest

from sync_jobs.engine.guard import MAPS_CHANGED, RESTORED, Caps, Reason, reasons_to_ask
from sync_jobs.engine.plan import Change, Conflict, Direction, Operation, Parked, Plan
from sync_jobs.words import CODES, TODO, reason_text
from tests.property.strategies import key

CRM, REGISTER = Direction.CRM, Direction.REGISTER


def plan(*parts: tuple[Direction, Operation, int]) -> Plan:
    """Make a plan of so many changes."""
    return Plan([
        Change("person", key(number), direction, operation, {"name": "digest"})
        for direction, operation, count in parts for number in range(count)
    ])


def test_a_small_plan_passes() -> None:
    """What stays within every cap needs nobody."""
    usual = plan(
        (CRM, Operation.CREATE, 3), (CRM, Operation.UPDATE, 5), (CRM, Operation.ARCHIVE, 1),
        (REGISTER, Operation.UPDATE, 5))
    assert reasons_to_ask(usual, Caps(), 100) == []


def test_nothing_to_do_needs_nobody() -> None:
    """An empty plan passes, also where nothing is in step yet."""
    for bound in (0, 1000):
        assert reasons_to_ask(Plan(), Caps(), bound) == []


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("operation", "cap", "word"), [
    (Operation.CREATE, {"creates": 4}, "created"), (Operation.UPDATE, {"updates": 4}, "updated"),
    (Operation.ARCHIVE, {"archives": 4}, "archived"),
])
def test_each_cap_holds_on_each_side(
    direction: Direction, operation: Operation, cap: dict[str, int], word: str,
) -> None:
    """As many as the cap pass; one more asks, and the reason says what, how many, where and the cap."""
    caps = Caps(**{"creates": 999, "updates": 999, "archives": 999, "share": 1.0, **cap})
    assert reasons_to_ask(plan((direction, operation, 4)), caps, 0) == []
    reasons = reasons_to_ask(plan((direction, operation, 5)), caps, 0)
    assert len(reasons) == 1
    for part in ("5 records", word, direction.value.replace("crm", "CRM"), "cap is 4"):
        assert part in reason_text(reasons[0], "en")


def test_the_sides_are_counted_apart() -> None:
    """Four changes on each side are not eight on one."""
    both = plan((CRM, Operation.UPDATE, 4), (REGISTER, Operation.UPDATE, 4))
    assert reasons_to_ask(both, Caps(updates=4), 0) == []


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("operation", [Operation.UPDATE, Operation.ARCHIVE])
def test_a_share_of_what_is_in_step_is_capped(direction: Direction, operation: Operation) -> None:
    """Thirty of a hundred pass, thirty-one ask, on either side."""
    caps = Caps(updates=999, archives=999, share=0.3)
    assert reasons_to_ask(plan((direction, operation, 30)), caps, 100) == []
    reasons = reasons_to_ask(plan((direction, operation, 31)), caps, 100)
    assert len(reasons) == 1
    for part in ("31 of 100", direction.value.replace("crm", "CRM"), "30%"):
        assert part in reason_text(reasons[0], "en")
    assert "31 fiches sur 100" in reason_text(reasons[0], "fr")


def test_updates_and_archives_count_together_towards_the_share() -> None:
    """Twenty updates and twenty archives of a hundred records are forty changed records."""
    mixed = plan((CRM, Operation.UPDATE, 20), (CRM, Operation.ARCHIVE, 20))
    assert reasons_to_ask(mixed, Caps(share=0.3), 100)


def test_creations_have_no_share() -> None:
    """New records take nothing from those in step: only the absolute cap holds for them."""
    assert reasons_to_ask(plan((CRM, Operation.CREATE, 90)), Caps(), 100) == []


@pytest.mark.parametrize("bound", [0, 1, 19])
def test_of_a_few_records_a_share_says_nothing(bound: int) -> None:
    """With fewer than twenty records in step the share does not ask; the absolute caps still do."""
    assert reasons_to_ask(plan((CRM, Operation.UPDATE, bound)), Caps(), bound) == []
    assert reasons_to_ask(plan((CRM, Operation.ARCHIVE, 26)), Caps(), bound)


def test_from_twenty_records_on_the_share_counts() -> None:
    """Twenty records in step are enough to ask when seven of them would change."""
    assert reasons_to_ask(plan((CRM, Operation.UPDATE, 7)), Caps(), 20)
    assert reasons_to_ask(plan((CRM, Operation.UPDATE, 6)), Caps(), 20) == []


def test_every_reason_is_given() -> None:
    """A person sees all reasons at once, not the first one only."""
    large = plan((CRM, Operation.CREATE, 9), (CRM, Operation.UPDATE, 9), (REGISTER, Operation.ARCHIVE, 9))
    reasons = reasons_to_ask(large, Caps(1, 1, 1, 0.1), 20)
    assert len(reasons) == 5


def test_conflicts_and_parked_records_change_nothing() -> None:
    """What waits for a person is no change, and counts towards no cap."""
    waiting = Plan(
        conflicts=[Conflict("person", key(1), "name", "a", "b")] * 99,
        parked=[Parked("person", key(1), "gone_from_crm")] * 99)
    assert reasons_to_ask(waiting, Caps(0, 0, 0, 0.0), 100) == []


def test_caps_of_zero_ask_for_everything() -> None:
    """A club that wants to see every change can: caps of zero let nothing pass unasked."""
    for operation in (Operation.CREATE, Operation.UPDATE, Operation.ARCHIVE):
        assert reasons_to_ask(plan((CRM, operation, 1)), Caps(0, 0, 0, 0.0), 100)


def test_every_code_of_a_record_set_aside_says_what_to_do() -> None:
    """Each code is told in both languages, and so is what to do about it."""
    decided = {"open", "keep_register", "keep_crm", "conflict"}
    assert set(TODO) == set(CODES) - decided
    assert all(french and english and french != english for french, english in TODO.values())


@pytest.mark.parametrize("reason", [MAPS_CHANGED, RESTORED])
def test_reasons_without_numbers_are_told_too(reason: Reason) -> None:
    """Each is a sentence of its own in both languages."""
    assert reason_text(reason, "fr") != reason_text(reason, "en")
