"""From rows to records: keys, links between rows, and what the register holds already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from mappings.confidentiality import pair_fields
from mappings.records import RECORDS, Record
from sync_jobs.migrations.pages import Book, Row
from sync_jobs.migrations.columns import Column, Type
from sync_jobs.migrations.sheets import PROFILES, SHEETS

Known = Callable[[str, Iterable[str]], Mapping[str, Record]]
"""What gives the records of a kind that the register knows by some references: ``Register.by_ref``."""

_SEALED: Final = {kind: set(pair_fields(record)) for kind, record in RECORDS.items()}
"""What the register gives to nobody here: left out of a record, it is left alone when the record is saved."""


@dataclass(slots=True)
class Index:
    """Where a reference leads: to rows of the file, to records of the register, and to the key that it has or gets."""

    new_key: Callable[[], UUID]
    rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    known: dict[str, Mapping[str, Record]] = field(default_factory=dict)
    keys: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def row(self, kind: str, ref: str) -> Row | None:
        """Give the row of the file that has this reference, the first if several have."""
        found = self.rows.get(kind, {}).get(ref)
        return found[0] if found else None

    def leads(self, kind: str, ref: str) -> bool:
        """Tell whether a reference leads anywhere."""
        return ref in self.rows.get(kind, {}) or ref in self.known.get(kind, {})

    def key(self, kind: str, ref: str) -> UUID:
        """Give the register's key of a reference, a new one the first time it is asked for an unknown one."""
        found = self.known.get(kind, {}).get(ref)
        return found.key if found else self.keys.setdefault((kind, ref), self.new_key())


def index(book: Book, known: Known, new_key: Callable[[], UUID]) -> Index:
    """Find every reference of the file, asking the register once for each kind."""
    made = Index(new_key)
    asked: dict[str, set[str]] = defaultdict(set)
    for row in book.rows():
        kind = row.page.sheet.kind
        if row.ref is not None:
            made.rows.setdefault(kind, {}).setdefault(row.ref, []).append(row)
            asked[kind].add(row.ref)
        for column, refs in links(row):
            asked[column.target].update(refs)
    asked |= dict.fromkeys(PROFILES, asked["person"])
    made.known = {kind: known(kind, sorted(refs)) for kind, refs in asked.items() if refs}
    return made


def links(row: Row) -> Iterator[tuple[Column, tuple[str, ...]]]:
    """Give each linking column of a row with the references it holds."""
    for column in row.page.sheet.columns:
        value = row.values.get(column.name)
        if column.target and value:
            yield column, value if column.type is Type.LINKS else (value,)


def check_references(book: Book, found: Index) -> None:
    """Note keys used twice and links that lead nowhere."""
    for by_ref in found.rows.values():
        for rows in by_ref.values():
            for row in rows if len(rows) > 1 else ():
                other = rows[0] if row is not rows[0] else rows[1]
                row.wrong("ref", "duplicate", row=other.number)
    for row in book.rows():
        for column, refs in links(row):
            code = "dangling_item" if column.type is Type.LINKS else "dangling"
            for item, ref in enumerate(refs, start=1):
                if not found.leads(column.target, ref):
                    row.wrong(column.name, code, target=SHEETS[column.target].titles, item=item)


def check_erased(book: Book, erased: Callable[[str, str], bool]) -> None:
    """Note rows whose record was erased: it does not come back by an old workbook."""
    for row in book.rows():
        if row.ref is not None and erased(row.page.sheet.kind, row.ref):
            row.wrong("ref", "erased")


def check_targets(book: Book, found: Index) -> None:
    """Note links to rows that have problems of their own and will not be imported."""
    for row in book.rows():
        for column, refs in links(row) if not row.problems else ():
            bad = next((target for ref in refs if (target := found.row(column.target, ref)) and target.problems), None)
            if bad:
                row.wrong(column.name, "rejected_link", target=SHEETS[column.target].titles, row=bad.number)


def make_records(book: Book, found: Index) -> None:
    """Give each row that is right so far the records it makes."""
    for row in book.rows():
        kind = row.page.sheet.kind
        made = (_make(row, kind, found), *_profiles(row, found)) if row.ref and not row.problems else ()
        row.records = [record for record in made if record]


def _profiles(row: Row, found: Index) -> Iterator[Record | None]:
    if row.page.sheet.kind == "person":
        for kind in PROFILES:
            if kind in roles(row, found):
                yield _make(row, kind, found)


def roles(row: Row, found: Index) -> frozenset[str]:
    """Give the roles of a person's row; where the file has no such column, those that the register knows."""
    if row.page.position("roles") is not None:
        value: frozenset[str] = row.values.get("roles", frozenset())
        return value
    stored = found.known.get("person", {}).get(row.ref or "")
    return frozenset(getattr(stored, "roles", ()))


def _make(row: Row, kind: str, found: Index) -> Record | None:
    """Make one record: what the register knows, changed by the columns that the file has; an empty cell empties."""
    ref = row.ref or ""
    record_type = RECORDS[kind]
    stored = found.known.get(kind, {}).get(ref)
    values: dict[str, Any] = stored.model_dump(exclude=_SEALED[kind]) if stored else {}
    for column in row.page.columns:
        if column and kind in (column.kinds or (row.page.sheet.kind,)):
            values.pop(column.name, None)
            if (value := row.values.get(column.name)) is not None:
                values[column.name] = _linked(column, value, found)
    values |= {"key": found.key(kind, ref), "ref": ref}
    if kind in PROFILES:
        values["person"] = found.key("person", ref)
    try:
        return record_type.model_validate(values)
    except ValidationError as error:
        for name in {str(item["loc"][0]) for item in error.errors(include_input=False) if item["loc"]}:
            row.wrong(name, "invalid")
        return None


def _linked(column: Column, value: Any, found: Index) -> Any:
    if column.type is Type.LINK:
        return found.key(column.target, value)
    if column.type is Type.LINKS:
        return frozenset(found.key(column.target, ref) for ref in value)
    return value
