"""The journal of a syncing club: it tells all that crossed before it does, holds no value, and shows every meddling."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update

from connector.register.state_schema import disclosure, disclosure_batch, disclosure_crossing, disclosure_head
from mappings.catalogue import BY_KIND
from sync_jobs.digests import Digests
from sync_jobs.disclosed import about, disclosed
from sync_jobs.journal import TOLD, Journal, Verdict
from sync_jobs.state import State
from tests.sync.conftest import CHARTER, MEETING, MENTEE, MENTOR, OTHER, PAIR, Club


def rows(club: Club, *where: Any) -> list[Any]:
    """Read the journal."""
    with club.register.transaction(reads_only=True) as tx:
        return list(tx.connection.execute(TOLD.where(*where).order_by(disclosure.c.number)))


def rows_of(club: Club, table: Table = disclosure) -> list[Any]:
    """Read a table as it is stored."""
    with club.register.transaction(reads_only=True) as tx:
        return list(tx.connection.execute(select(table)))


def journal(club: Club, secret: bytes = b"secret") -> Journal:
    """Open the journal as a new process does."""
    return Journal(club.register, State(club.register, Digests(secret), club.clock))


def do(club: Club, *statements: Any) -> None:
    """Write to the database as somebody does who has nothing else."""
    with club.register.transaction() as tx:
        for one in statements:
            tx.connection.execute(one)


def latest(club: Club, kind: str, field: str) -> tuple[str, str, str, str]:
    """Tell the last that crossed of a field: where to, who sees it, by which rule, and what became of it."""
    row = rows(club, disclosure_batch.c.kind == kind, disclosure_crossing.c.field == field)[-1]
    return row.destination, row.audience, row.rule, row.event


def test_a_creation_is_a_row_for_each_field_that_holds_something(club: Club) -> None:
    """The first sync noted exactly the mapped fields that are not empty, with today's run."""
    told = {row.field for row in rows(club, disclosure.c.key == OTHER, disclosure_batch.c.kind == "person")}
    assert told == {"name", "organisation", "active"}
    assert {row.run for row in rows(club)} == {club.state.last_runs()[0]["run"]}
    assert {row.kind for row in rows(club)} == {"organisation", "person", "card", "mentor", "mentee", "stay", "pair",
                                                "charter", "meeting"}


def test_a_consent_is_told_given_and_withdrawn(club: Club) -> None:
    """What a consent opens is noted under it; what it hides again is a row of its own kind, and the card's is too."""
    club.change("person", MENTEE, email="m@x.fr", share_email=True)
    club.sync()
    assert latest(club, "person", "email") == ("res.partner.email", "EMPLOYEES", "consent share_email", "sent")
    club.change("person", MENTEE, share_email=False)
    club.sync()
    assert latest(club, "person", "email") == ("res.partner.email", "EMPLOYEES", "consent share_email", "withdrawn")
    assert latest(club, "card", "email") == ("x_mentoring_card.x_private_email", "STAFF", "STAFF", "sent")
    club.change("person", MENTEE, share_email=True)
    club.sync()
    assert latest(club, "card", "email")[3] == "emptied"


def test_a_value_that_is_gone_was_not_withdrawn(club: Club) -> None:
    """A field that the register empties is told as emptied."""
    club.change("person", OTHER, organisation=None)
    club.sync()
    assert latest(club, "person", "organisation") == ("res.partner.parent_id", "EMPLOYEES", "EMPLOYEES", "emptied")


def test_nothing_crosses_that_the_journal_does_not_tell(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the CRM is called, the rows are there already; if they cannot be written, it is not called."""
    sent: list[bool] = []
    apply = club.crm.apply

    def watched(payloads: Any) -> Any:
        told = {(row.kind, row.field, row.event) for row in rows(club, disclosure_batch.c.run == club.state.run)}
        sent.extend((BY_KIND["person"].kind, one.field, one.event) in told for p in payloads for one in p.crossings)
        return apply(payloads)

    monkeypatch.setattr(club.crm, "apply", watched)
    club.change("person", OTHER, job_title="Baker")
    club.sync()
    assert sent == [True]
    club.change("person", OTHER, job_title="Cook")
    do(club, text("ALTER TABLE disclosure RENAME TO elsewhere"))
    with pytest.raises(Exception, match="database refused"):
        club.sync()
    assert sent == [True]
    assert club.seen("person", OTHER, "function") == "Baker"
    do(club, text("ALTER TABLE elsewhere RENAME TO disclosure"))
    club.sync()
    assert club.seen("person", OTHER, "function") == "Cook"


def test_the_journal_holds_no_value_and_no_digest_of_one(club: Club) -> None:
    """No cell of the journal holds a value, nor one of the digests by which the sync compares."""
    club.change("person", OTHER, job_title="Canary-7f3a", email="canary@x.fr", share_email=True)
    club.sync()
    cells = {str(cell) for row in rows(club) for cell in row}
    assert not [cell for cell in cells if "canary" in cell.casefold() or "Mentor" in cell]
    digests = {d for fields in club.state.bases("person", [OTHER]).values() for d in fields.values() if len(d) == 16}
    assert digests
    assert not cells & digests


def test_a_whole_journal_is_verified_page_by_page(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain holds over several runs, and pages do not matter."""
    club.change("person", OTHER, job_title="Baker")
    club.sync()
    count = len(rows(club))
    for page in (1, 7, count, 5000):
        monkeypatch.setattr("sync_jobs.journal.PAGE", page)
        assert journal(club).verify() == Verdict(count)
    assert journal(club).verify(str(journal(club).head())) == Verdict(count)


CELLS = [(disclosure_batch, name) for name in ("at", "run", "kind")]
CELLS += [(disclosure_crossing, name) for name in ("field", "destination", "audience", "rule", "event")]


@pytest.mark.parametrize(("table", "column"), CELLS, ids=lambda cell: getattr(cell, "name", cell))
def test_a_changed_text_is_found(club: Club, table: Table, column: str) -> None:
    """A text that is changed breaks the chain at the first row that it is told by."""
    do(club, update(table).values({column: "other"}))
    assert journal(club).verify() == Verdict(0, 1, "row_changed")


@pytest.mark.parametrize("change", [{"key": MEETING}, {"batch": 20}, {"crossing": 1}, {"hash": bytes(32)}])
def test_a_changed_row_is_found(club: Club, change: dict[str, Any]) -> None:
    """Any cell of a row that is changed breaks the chain at that row."""
    change = {"batch": rows_of(club)[-1].batch} if "batch" in change else change
    do(club, update(disclosure).where(disclosure.c.number == 5).values(change))
    assert journal(club).verify() == Verdict(4, 5, "row_changed")


@pytest.mark.parametrize("table", [disclosure_batch, disclosure_crossing], ids=lambda table: table.name)
def test_texts_that_are_gone_are_missed(club: Club, table: Table) -> None:
    """Where a row's texts were taken away, the row is missing."""
    do(club, delete(table))
    assert journal(club).verify() == Verdict(0, 1, "row_missing")


def test_two_cells_cannot_trade_a_letter(club: Club) -> None:
    """Where one cell ends and the next begins is part of what is hashed."""
    row = rows(club)[0]
    do(club, update(disclosure_crossing).where(disclosure_crossing.c.field == row.field).values(
        field=row.field + row.destination[0], destination=row.destination[1:]))
    assert journal(club).verify().broken == 1


@pytest.mark.parametrize("number", [1, 5, 0])
def test_a_row_that_was_taken_out_is_found(club: Club, number: int) -> None:
    """A row that is gone is named: the first, one in the middle, or the last (0)."""
    gone = number or len(rows(club))
    do(club, delete(disclosure).where(disclosure.c.number == gone))
    assert journal(club).verify() == Verdict(gone - 1, gone, "row_missing")


def test_a_gap_that_was_closed_is_found(club: Club) -> None:
    """Renumbering what follows a deleted row does not hide it."""
    do(club, delete(disclosure).where(disclosure.c.number == 5))
    for number in range(6, len(rows(club)) + 2):
        do(club, update(disclosure).where(disclosure.c.number == number).values(number=number - 1))
    assert journal(club).verify() == Verdict(4, 5, "row_changed")


@pytest.mark.parametrize("number", [-3, 0])
def test_a_row_put_in_before_the_first_is_found(club: Club, number: int) -> None:
    """The chain begins at its first row, and at no other."""
    do(club, insert(disclosure).values({**rows_of(club)[-1]._mapping, "number": number}))
    assert journal(club).verify() == Verdict(0, 1, "row_missing")


def test_a_row_put_in_at_the_end_is_found(club: Club) -> None:
    """A row more is found even where it is chained as ours are: the head does not count it."""
    (head,), number = rows_of(club, disclosure_head), len(rows(club))
    journal(club).append("meeting", [(MEETING, [next(iter(BY_KIND["meeting"]._crossings.values()))])])
    do(club, update(disclosure_head).values(head._mapping))
    assert journal(club).verify() == Verdict(number, number + 1, "row_added")


def rechained(club: Club) -> None:
    """Cut the last rows off and set the head back, as somebody does who knows how we chain but has no key."""
    count = len(rows(club))
    do(club, delete(disclosure).where(disclosure.c.number > count - 3))
    last = rows_of(club)[-1]
    do(club, update(disclosure_head).values(count=last.number, hash=last.hash))


def test_the_end_cannot_be_cut_off_without_the_key(club: Club) -> None:
    """A tail that was cut off is missed; with the head set back too, the seal does not fit."""
    rechained(club)
    assert journal(club).verify().code == "head_unsealed"
    do(club, delete(disclosure_head))
    assert journal(club).verify().code == "head_unsealed"


def test_a_sync_goes_on_and_heals_nothing(club: Club) -> None:
    """After meddling the sync still works and notes what it sends; the journal stays broken until a person seals it."""
    rechained(club)
    club.change("person", OTHER, job_title="Baker")
    assert club.sync().updated == 1
    assert latest(club, "person", "job_title")[3] == "sent"
    assert journal(club).verify().code == "head_unsealed"
    journal(club).seal()
    assert journal(club).verify() == Verdict(len(rows(club)))


def test_rows_put_in_at_the_end_do_not_stop_the_sync(club: Club) -> None:
    """A forged last row keeps no number from ours, and is named."""
    count = len(rows(club))
    do(club, insert(disclosure).values({**rows_of(club)[-1]._mapping, "number": count + 1}))
    club.change("person", OTHER, job_title="Baker")
    club.sync()
    assert journal(club).verify() == Verdict(count, count + 1, "row_changed")
    journal(club).seal()
    assert journal(club).verify() == Verdict(count, count + 1, "row_changed")


def test_another_key_does_not_fit_and_a_seal_renews_it(club: Club) -> None:
    """A lost key is told as a broken seal; sealing with the new one mends it."""
    assert journal(club, b"new").verify().code == "head_unsealed"
    journal(club, b"new").seal()
    assert journal(club, b"new").verify().broken is None
    assert journal(club).verify().code == "head_unsealed"


def test_a_head_noted_elsewhere_proves_against_an_older_copy(club: Club) -> None:
    """A database set back whole, seal and all, lacks the row that was noted; another chain has another hash there."""
    noted = journal(club).head()
    assert journal(club).verify(f"{noted.count + 1}:{noted.hash.hex()}") == Verdict(
        noted.count, noted.count + 1, "row_missing"
    )
    assert journal(club).verify(f"{noted.count}:{'0' * 64}").code == "noted_differs"


def test_what_crossed_about_somebody(club: Club) -> None:
    """A person's own records and those of their pairs are theirs; another's are not."""
    assert {MENTEE, PAIR, CHARTER, MEETING} < about(club.register, MENTEE)
    assert MENTOR not in about(club.register, MENTEE)
    assert about(club.register, OTHER) == {OTHER}
    club.change("person", OTHER, job_title="Baker")
    club.sync()
    found = {one.field: one for one in disclosed(club.register, {OTHER}) if one.kind == "person"}
    assert (found["job_title"].times, found["job_title"].event) == (1, "sent")
    assert found["name"].first < found["job_title"].first
    assert [one.field for one in disclosed(club.register, {OTHER}, found["job_title"].first)] == ["job_title"]
