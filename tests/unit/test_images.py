"""Images of what stood before a run: sealed, opened by the digests' secret alone, gone in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from connector.register.state_schema import undo_image
from mappings.records import Organisation, Person
from sync_jobs.cycle import Cycle
from sync_jobs.engine.plan import Direction
from sync_jobs.images import forget, images_of, prune
from sync_jobs.digests import Digests
from sync_jobs.state import State, utc_now
from tests.property.strategies import key

BEFORE, AFTER = "Canari Avant", "Canari Apres"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A register whose organisation and person were synced, then renamed: one here, one in the CRM."""
    with Register.open(f"sqlite:///{tmp_path / 'register.db'}", create=True) as register:
        register.save([Organisation(key=key(1), name=BEFORE), Person(key=key(2), name=BEFORE)])
        yield register


@pytest.fixture
def state(register: Register) -> Iterator[State]:
    """The state after a sync that wrote one name on each side."""
    crm, state = SandboxCrm.open(), State(register, Digests(b"secret"))
    Cycle(register, crm, state).run()
    register.save([Organisation(key=key(1), name=AFTER)])
    crm.as_staff().write("res.partner", f"binome.person_{key(2).hex}", name=AFTER)
    Cycle(register, crm, state).run()
    yield state
    crm.close()


def _run(state: State) -> str:
    return str(state.last_runs()[0]["run"])


def test_an_image_holds_what_stood_on_the_side_that_was_written(state: State) -> None:
    """The CRM's old name of what the register changed, the register's of what staff changed."""
    found = {(i.kind, i.direction): {n: k.value for n, k in i.fields.items()} for i in images_of(state, _run(state))}
    assert found == {
        ("organisation", Direction.CRM): {"name": BEFORE}, ("person", Direction.REGISTER): {"name": BEFORE}}


def test_no_value_stands_in_clear(state: State, register: Register) -> None:
    """Neither text is in the sealed bytes, and another secret does not open them."""
    with register.transaction(reads_only=True) as tx:
        tokens = list(tx.connection.execute(select(undo_image.c.sealed)).scalars())
    assert tokens
    assert all(text.encode() not in token for token in tokens for text in (BEFORE, AFTER))
    assert list(images_of(State(register, Digests(b"other")), _run(state))) == []


def test_an_image_moved_to_another_run_is_not_opened(state: State, register: Register) -> None:
    """What was sealed for one run tells nothing of another."""
    other = state.begin_run("sync")
    with register.transaction() as tx:
        tx.connection.execute(undo_image.update().where(undo_image.c.run == _run_before(state)).values(run=other))
    assert list(images_of(state, other)) == []


def _run_before(state: State) -> str:
    return str(state.last_runs(2)[1]["run"])


def test_images_go_after_thirty_days(register: Register, state: State) -> None:
    """Those of a run that began earlier are dropped by the next run, younger ones stay."""
    def number() -> int:
        with register.transaction(reads_only=True) as tx:
            return int(tx.connection.execute(select(func.count()).select_from(undo_image)).scalar_one())

    stood = number()
    long_ago = State(register, state.digests, clock=lambda: utc_now() - dt.timedelta(days=31))
    old = long_ago.begin_run("sync")
    with register.transaction() as tx:
        tx.connection.execute(undo_image.insert().values(run=old, first=0, sealed=b""))
    prune(state)
    assert number() == stood > 0


def test_an_erased_record_leaves_every_image(state: State) -> None:
    """Nothing of it is kept; other records' images stay."""
    forget(state, [key(2)])
    assert [image.key for image in images_of(state, _run(state))] == [key(1)]
