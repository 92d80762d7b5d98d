"""What transactions of the register promise, alone and side by side."""

from __future__ import annotations

import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from connector.register.engine import BUSY_SECONDS
from connector.register.errors import (
    DanglingLink,
    RegisterError,
    RegisterLocked,
    RegisterRefused,
)
from connector.register.keys import new_key
from connector.register.repository import Register
from mappings.records import Organisation, Person

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]


def company() -> Organisation:
    """Make a company."""
    return Organisation(key=new_key(), name="Atelier Nord")


def test_a_transaction_keeps_all_or_nothing(register: Register) -> None:
    """An error undoes all that was saved since the transaction began."""
    with pytest.raises(ZeroDivisionError), register.transaction():
        register.save([company()])
        register.save([company()])
        raise ZeroDivisionError
    assert (register.count("organisation"), register.watermark()) == (0, 0)


def test_an_inner_failure_undoes_only_itself(register: Register) -> None:
    """A record that is refused and set aside leaves the rest of the transaction whole."""
    with register.transaction():
        register.save([company()])
        with pytest.raises(DanglingLink):
            register.save([company(), Person(key=new_key(), name="Lost", organisation=new_key())])
        with pytest.raises(ZeroDivisionError), register.transaction():
            register.save([company()])
            raise ZeroDivisionError
        register.save([company()])
    assert register.count("organisation") == 2
    assert [seq for seq, _ in register.changed("organisation", 0)] == [1, 2]


def test_other_tables_join_the_transaction(register: Register) -> None:
    """What the sync's state writes by the same connection is kept or undone with the records."""
    with pytest.raises(ZeroDivisionError), register.transaction() as tx:
        assert register.connection is tx.connection
        tx.connection.execute(text("INSERT INTO sync_cursor (name, value) VALUES ('crm', '7')"))
        raise ZeroDivisionError
    with register.transaction(reads_only=True) as tx:
        assert tx.connection.execute(text("SELECT count(*) FROM sync_cursor")).scalar() == 0


def test_no_connection_without_a_transaction(register: Register) -> None:
    """Outside a transaction there is no connection to write by."""
    with pytest.raises(RuntimeError, match="no transaction"):
        _ = register.connection


def test_reading_cannot_turn_into_writing(register: Register) -> None:
    """Saving inside a transaction that only reads is a mistake, and is told."""
    with register.transaction(reads_only=True), pytest.raises(RuntimeError, match="only reads"):
        register.save([company()])


def test_a_reader_waits_for_nobody(register: Register) -> None:
    """While a writer is at work others read what was there before."""
    register.save([company()])
    with ThreadPoolExecutor(1) as pool, register.transaction():
        register.save([company()])
        assert pool.submit(register.count, "organisation").result(timeout=2) == 1


def test_a_reader_sees_one_moment(register: Register) -> None:
    """All questions of one reading transaction are answered from the same moment."""
    with ThreadPoolExecutor(1) as pool, register.transaction(reads_only=True):
        assert register.count("organisation") == 0
        pool.submit(register.save, [company()]).result()
        assert register.count("organisation") == 0
    assert register.count("organisation") == 1


def test_no_change_appears_behind_a_number_already_read(register: Register) -> None:
    """A second writer takes no number, let alone shows a change, before the first has committed its own."""
    first, other = company(), company()
    saved = threading.Event()

    def save_other() -> None:
        register.save([other])
        saved.set()

    with ThreadPoolExecutor(1) as pool:
        with register.transaction():
            register.save([first])
            second = pool.submit(save_other)
            assert not saved.wait(0.4)
        second.result(timeout=BUSY_SECONDS)
    assert [(seq, record.key) for seq, record in register.changed("organisation", 0)] == [
        (1, first.key),
        (2, other.key),
    ]


def test_a_paging_reader_misses_nothing(register: Register) -> None:
    """A reader that follows the numbers while four writers work has seen every record in the end."""
    batches = [[company() for _ in range(5)] for _ in range(24)]
    seen: set[object] = set()
    after = 0
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(register.save, batch) for batch in batches]
        while True:
            finished = all(writer.done() for writer in writers)
            page = register.changed("organisation", after, limit=7)
            assert all(seq > after for seq, _ in page)
            seen.update(record.key for _, record in page)
            after = page[-1][0] if page else after
            if finished and not page:
                break
    assert [writer.exception() for writer in writers] == [None] * len(batches)
    assert seen == {record.key for batch in batches for record in batch}


def test_a_writer_compares_with_the_one_before(register: Register) -> None:
    """A writer that had to wait compares with what was committed meanwhile, and saves nothing twice."""
    record = company()
    with ThreadPoolExecutor(1) as pool:
        with register.transaction():
            register.save([record])
            second = pool.submit(register.save, [record])
            time.sleep(0.3)  # long enough to have compared too early
        assert second.result(timeout=BUSY_SECONDS).unchanged == 1


def test_a_held_register_is_told_in_time(
    url: str, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer that waits in vain is told that the register is locked, soon after the waiting time."""
    monkeypatch.setattr("connector.register.engine.BUSY_SECONDS", 1)
    with Register.open(url) as hurried, ThreadPoolExecutor(1) as pool, register.transaction():
        register.save([company()])
        began = time.monotonic()
        with pytest.raises(RegisterLocked, match="held by another program"):
            pool.submit(hurried.save, [company()]).result()
        assert 0.9 < time.monotonic() - began < 3


def test_database_errors_are_never_passed_on(register: Register) -> None:
    """An error of the database comes out as ours, without the values that the database puts into its own."""
    query = text("INSERT INTO sync_cursor (name, value) VALUES (:name, :value)")
    with pytest.raises(RegisterRefused) as caught, register.transaction() as tx:
        for _ in range(2):
            tx.connection.execute(query, {"name": "a value to keep", "value": "x"})
    assert isinstance(caught.value, RegisterError)
    assert "a value to keep" not in "".join(traceback.format_exception(caught.value))
