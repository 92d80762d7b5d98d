"""The template, its documentation and the example club."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from annotated_types import Ge, Le, MaxLen
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from examples.make_club import TODAY, club
from mappings import rules
from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, ClubSession, Meeting, Organisation, Pair, Person
from mappings.vocabulary import MeetingState, PairState, Role
from sync_jobs.migrations.manual import with_tables
from sync_jobs.migrations.problems import AlreadyThere
from sync_jobs.migrations.columns import Column, Language, Sheet, Type, fold
from sync_jobs.migrations.sheets import CONFIDENTIAL_HEADERS, SHEETS
from sync_jobs.migrations.template import write_template
from sync_jobs.migrations.workbook import read_workbook
from sync_jobs.migrations.writing import write_records

COLUMNS = [(sheet, column) for sheet in SHEETS.values() for column in sheet.columns]


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=lambda item: getattr(item, "name", None))
def test_a_column_agrees_with_the_record_it_fills(sheet: Sheet, column: Column) -> None:
    """Each column names a field of its record, links to what the field links to, and keeps the field's bounds."""
    for kind in column.kinds or (sheet.kind,):
        info = RECORDS[kind].model_fields[column.name]
        bounds = {type(item): item for item in info.metadata if isinstance(item, Ge | Le | MaxLen)}
        assert column.target == LINKS[kind].get(column.name, "")
        assert column.required or not info.is_required()
        if column.type is Type.WHOLE:
            assert (column.low, column.high) == (bounds[Ge].ge, bounds[Le].le)
        if MaxLen in bounds:
            assert column.high <= bounds[MaxLen].max_length


def test_no_column_takes_what_is_for_the_pair_alone() -> None:
    """No field that the vault keeps has a column, and no column has a header that is refused."""
    for sheet, column in COLUMNS:
        for kind in column.kinds or (sheet.kind,):
            assert column.name not in pair_fields(RECORDS[kind])
        assert not CONFIDENTIAL_HEADERS & {fold(column.english), fold(column.french)}


def test_every_field_but_those_of_the_pair_has_a_column() -> None:
    """A workbook can hold a whole club: only the key, the archive mark and the profile's person have no column."""
    for kind in {*SHEETS, "mentor", "mentee"}:
        columns = {c.name for s, c in COLUMNS if kind in (c.kinds or (s.kind,))}
        without = {"key", "active"} if kind in SHEETS else {"key", "active", "ref", "person"}
        assert set(RECORDS[kind].model_fields) - pair_fields(RECORDS[kind]) - without == columns


def test_headers_differ_within_a_sheet() -> None:
    """No two columns share a header, and French and English headers never mean different columns."""
    for sheet in SHEETS.values():
        meanings: dict[str, set[str]] = {}
        for column in sheet.columns:
            for header in (column.english, column.french):
                meanings.setdefault(fold(header), set()).add(column.name)
        assert all(len(names) == 1 for names in meanings.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_template_guides_whoever_fills_it_in(language: Language, tmp_path: Path) -> None:
    """It explains itself first; headers stay in view; choices, links and dates are checked while typing."""
    write_template(tmp_path / "template.xlsx", language)
    book = load_workbook(tmp_path / "template.xlsx")
    assert book.sheetnames[1:] == [sheet.title(language) for sheet in SHEETS.values()]
    told = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    for sheet in SHEETS.values():
        page = book[sheet.title(language)]
        headers = [column.header(language) for column in sheet.columns]
        assert [cell.value for cell in page[1]] == headers
        assert page.freeze_panes == "B2"
        assert page.max_row == 1
        assert told.issuperset(headers)
        checked = {c.type for c in sheet.columns} & {Type.CHOICE, Type.YES_NO, Type.DAY, Type.LINK}
        assert len(page.data_validations.dataValidation) >= len(checked)


def test_lists_of_choices_hold_exactly_the_choices(tmp_path: Path) -> None:
    """What a drop-down offers for a status is what the import accepts for it."""
    write_template(tmp_path / "template.xlsx", "fr")
    book = load_workbook(tmp_path / "template.xlsx")
    for sheet in SHEETS.values():
        lists = {str(v.sqref).split("2")[0]: v.formula1 for v in book[sheet.french].data_validations.dataValidation}
        for position, column in enumerate(sheet.columns):
            if column.type is Type.CHOICE:
                title, area = lists["ABCDEFGHIJKLMNOP"[position]].split("!")
                offered = [row[0].value for row in book[title.strip("'")][area.replace("$", "")]]
                assert offered == [french for _, french in column.choices.values()]


def test_the_template_never_replaces_a_file(tmp_path: Path) -> None:
    """A file of that name may be somebody's work: it stays."""
    (tmp_path / "club.xlsx").write_bytes(b"work")
    with pytest.raises(AlreadyThere):
        write_template(tmp_path / "club.xlsx")
    assert (tmp_path / "club.xlsx").read_bytes() == b"work"


def test_the_documentation_tells_the_columns_as_they_are() -> None:
    """docs/workbook.md is up to date; ``python -m sync_jobs.migrations.manual docs/workbook.md`` brings it there."""
    page = (Path(__file__).parents[3] / "docs" / "workbook.md").read_text(encoding="utf-8")
    assert with_tables(page) == page
    assert all(f"| {column.french} |" in page and f"| {column.english} |" in page for _, column in COLUMNS)


def test_the_example_is_what_its_script_writes(club_file: Path, tmp_path: Path) -> None:
    """``python -m examples.make_club`` writes the same cells as are shipped."""
    write_records(tmp_path / "club.xlsx", club())
    assert _cells(tmp_path / "club.xlsx") == _cells(club_file)


def _cells(path: Path) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_example_club_has_what_is_promised(club_file: Path) -> None:
    """15 mentors, 20 ventures, 24 founders, 14 pairs in every state, 60 meetings of every state, 40 contributions."""
    loaded = read_workbook(club_file, lambda _kind, _refs: {})
    assert loaded.problems == []
    counts = Counter(record.kind for record in loaded.records)
    assert (counts["mentor"], counts["stay"], counts["mentee"], counts["pair"]) == (15, 20, 24, 14)
    assert (counts["meeting"], counts["contribution"]) == (60, 40)
    assert counts["charter"] >= 14
    by_kind = {kind: [r for r in loaded.records if r.kind == kind] for kind in counts}
    pairs = [r for r in by_kind["pair"] if isinstance(r, Pair)]
    meetings = [r for r in by_kind["meeting"] if isinstance(r, Meeting)]
    assert {pair.state for pair in pairs} == set(PairState)
    assert {meeting.state for meeting in meetings} == set(MeetingState)
    assert 0 < sum(rules.is_overdue(pair, meetings, TODAY) for pair in pairs) < 5
    sessions = [r for r in by_kind["club_session"] if isinstance(r, ClubSession)]
    assert rules.quarters_without_session(sessions, 2026, TODAY) == []
    parents = Counter(r.parent for r in by_kind["organisation"] if isinstance(r, Organisation) and r.parent)
    assert parents.most_common(1)[0][1] == 2


def test_the_example_club_is_believable_and_invented() -> None:
    """Accents, hyphens and shared family names are there; nobody can be reached by its addresses and numbers."""
    people = [record for record in club() if isinstance(record, Person)]
    families = Counter(person.name.partition(" ")[2] for person in people)
    assert sum(number > 1 for number in families.values()) >= 5
    assert any("-" in person.name and not person.name.isascii() for person in people)
    assert sum(Role.COACH in person.roles for person in people) >= 1
    assert all((person.email or "").endswith((".example", "@example.org")) for person in people)
    assert all((person.phone or "").startswith(("+3363998", "+3346571", "+3319900")) for person in people)
