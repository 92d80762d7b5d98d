"""``binome import FILE.xlsx``: a club's workbook into the register, whole or not at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from connector.register.keys import new_key as uuid7
from connector.register.repository import Register
from mappings.records import RECORDS, Mentee, Mentor, Record
from sync_jobs.migrations.checks import check_programme
from sync_jobs.migrations.container import open_container
from sync_jobs.migrations.linking import (
    Index, Known, check_erased, check_references, check_targets, index, make_records,
)
from sync_jobs.migrations.pages import Book, Row, read_book
from sync_jobs.migrations.problems import AlreadyThere, NotWritten, Problem, WorkbookProblems
from sync_jobs.migrations.rejects import write_rejects
from sync_jobs.migrations.columns import Language
from sync_jobs.migrations.sheets import PROFILES

Progress = Callable[[str, int], None]
"""Told of each step by name, with the number of rows or records that it concerns."""


Erased = Callable[[str, str], bool]
"""Tells whether the record of a kind that had a reference was erased: its row is refused."""


def _nothing(_kind: str, _ref: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a workbook holds: the records of its good rows, its problems, and the rows that have some."""

    records: list[Record] = field(repr=False)
    problems: list[Problem]
    rejects: list[Row]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with a dry run would do: numbers of records by kind, problems, rows set aside."""

    created: dict[str, int]
    updated: dict[str, int]
    unchanged: int
    problems: list[Problem]
    rejected: int
    dry_run: bool = False

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """Give it for a JSON document."""
        return {
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "rejected": self.rejected, "dry_run": self.dry_run,
            "problems": [problem.as_dict(language) for problem in self.problems],
        }


class _DryRun(Exception):
    """Ends a transaction that nobody meant to keep."""


def read_workbook(
    path: Path, known: Known, *, language: Language = "en", new_key: Callable[[], UUID] = uuid7,
    set_aside: bool = False, erased: Erased = _nothing,
) -> Loaded:
    """Read a workbook into records, with every problem of the file. Nothing is written anywhere.

    ``known`` gives what the register holds by reference, so that known rows keep their keys. With ``set_aside``
    the records are those that can be imported without the bad rows: rows that refer to bad rows are bad too, and so
    are rows that no longer obey the rules without them. Raises FileRefused where the file is not to be read at all.
    """
    book = read_book(open_container(path, language), language)
    found = index(book, known, new_key)
    check_references(book, found)
    check_erased(book, erased)
    _judge(book, found, set_aside=set_aside)
    while set_aside and _spread(book, found):
        pass
    order = {kind: place for place, kind in enumerate(RECORDS)}
    records = sorted((r for row in book.rows() for r in row.records), key=lambda record: order[record.kind])
    return Loaded(records, book.all_problems(), [row for row in book.rows() if row.problems])


def import_workbook(
    register: Register, path: Path, *, skip_bad: Path | None = None, dry_run: bool = False,
    progress: Progress | None = None, language: Language = "en", erased: Erased = _nothing,
) -> ImportReport:
    """Import a workbook into the register in one transaction; any problem imports nothing.

    With ``skip_bad`` the bad rows, and those that depend on them, are written to that file instead and the others
    are imported. Raises WorkbookProblems with all of them, or FileRefused; in both cases nothing has changed.
    """
    tell = progress or (lambda _step, _count: None)
    if skip_bad is not None and skip_bad.exists():
        raise AlreadyThere(language)
    report: ImportReport | None = None
    with suppress(_DryRun), register.transaction():
        aside = skip_bad is not None
        loaded = read_workbook(path, _known(register), language=language, set_aside=aside, erased=erased)
        tell("read", len(loaded.records) + len(loaded.rejects))
        if loaded.problems and (skip_bad is None or any(problem.blocks for problem in loaded.problems)):
            raise WorkbookProblems(loaded.problems, language)
        saved = register.save(loaded.records)
        tell("saved", len(loaded.records))
        report = ImportReport(
            _by_kind(saved.created), _by_kind(saved.updated), saved.unchanged, loaded.problems, len(loaded.rejects),
            dry_run,
        )
        if dry_run:
            raise _DryRun
        if skip_bad is not None and loaded.rejects:
            _put(skip_bad, loaded.rejects, language)
    assert report is not None
    return report


def _judge(book: Book, found: Index, *, set_aside: bool) -> None:
    make_records(book, found)
    check_programme(book, found, set_aside=set_aside)


def _spread(book: Book, found: Index) -> bool:
    """Set aside what depends on bad rows and judge the rest anew; tell whether more came to light."""
    before = len(book.all_problems())
    check_targets(book, found)
    _judge(book, found, set_aside=True)
    return len(book.all_problems()) > before


def _known(register: Register) -> Known:
    """Find records by reference, and a mentor's or mentee's profile by its person, whoever made it."""

    def known(kind: str, refs: Iterable[str]) -> Mapping[str, Record]:
        if kind not in PROFILES:
            return register.by_ref(kind, refs)
        people = {person.key: ref for ref, person in register.by_ref("person", refs).items()}
        profiles = (p for p in register.all(kind) if isinstance(p, Mentor | Mentee) and p.person in people)
        return {people[profile.person]: profile for profile in profiles}

    return known


def _by_kind(keys: Iterable[tuple[str, UUID]]) -> dict[str, int]:
    return dict(Counter(kind for kind, _ in keys))


def _put(path: Path, rows: list[Row], language: Language) -> None:
    """Write the reject file for its owner alone, before the transaction is kept."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            write_rejects(file, rows, language)
    except OSError:
        raise NotWritten(language) from None
