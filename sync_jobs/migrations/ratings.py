"""What people wished after an evening, typed into a sheet: each cell checked, the rows turned into ratings."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from connector.register.keys import new_key
from mappings.choices import RANKS
from mappings.records import Key, Rating
from mappings.vocabulary import Rank
from sync_jobs.evenings import Evening
from sync_jobs.migrations.cells import Cell
from sync_jobs.migrations.columns import Column, Language, Sheet, Type, fold
from sync_jobs.migrations.container import Scan, open_container
from sync_jobs.migrations.pages import Page, Row, read_page
from sync_jobs.migrations.problems import EmptyWorkbook, NotAWorkbook, WorkbookProblems
from sync_jobs.migrations.sheets import RATING
from sync_jobs.refused import RatingsUnreadable

LARGEST: Final = 4_000_000
"""Bytes of a CSV file: some thirty thousand ratings, more than any evening gives."""

_RANK = next(column for column in RATING.columns if column.name == "rank")

SHEET: Final = Sheet(
    "rating", RATING.english, RATING.french, (
        Column("Who rates", "Qui apprécie", "rater", Type.TEXT, required=True, high=200),
        Column("Who is rated", "Qui est apprécié", "rated", Type.TEXT, required=True, high=200),
        Column(_RANK.english, _RANK.french, "rank", Type.CHOICE, required=True, choices=RANKS),
    ),
    "What each wishes; people by their key or their full name.",
    "Ce que chacun souhaite ; les personnes par leur clé ou leur nom complet.",
)
"""The sheet of one evening's ratings: the evening is named by the command."""


def read_ratings(path: Path, evening: Evening, language: Language = "en") -> list[Rating]:
    """Give the ratings of a file, those that differ only; who said something before says this now.

    Raises WorkbookProblems with everything that is wrong, by sheet, row and column, and then nothing is taken.
    """
    page = _page_of(path, language)
    if not page.rows and not page.problems:
        raise EmptyWorkbook(language)
    names = _names(evening)
    ways: dict[tuple[Key, Key], Row] = {}
    for row in page.rows:
        _judge(row, evening, names, ways)
    problems = [*page.problems, *(problem for row in page.rows for problem in row.problems)]
    if problems:
        raise WorkbookProblems(problems, language)
    known = {(one.rater, one.rated): one for one in sorted(evening.ratings, key=lambda one: (one.active, one.key))}
    found = []
    for (rater, rated), row in ways.items():
        old, rank = known.get((rater, rated)), Rank(row.values["rank"])
        if old is None:
            found.append(
                Rating(key=new_key(), speed_dating=evening.record.key, rater=rater, rated=rated, rank=rank)
            )
        elif old.rank is not rank or not old.active:
            found.append(old.model_copy(update={"rank": rank, "active": True}))
    return found


def _judge(row: Row, evening: Evening, names: dict[str, list[Key]], ways: dict[tuple[Key, Key], Row]) -> None:
    """Find the two people of a row; note what is wrong with it."""
    found: list[Key] = []
    for name in ("rater", "rated"):
        people = names.get(fold(row.values[name]), []) if name in row.values else None
        if people is not None and len(people) != 1:
            row.wrong(name, "not_seated")
        found += people if people and len(people) == 1 else []
    if len(found) < 2:
        return
    rater, rated = found
    if (rater, rated) not in evening.asked:
        row.wrong("rated", "not_met")
    elif (rater, rated) in ways:
        row.wrong("rated", "duplicate", row=ways[rater, rated].number)
    ways.setdefault((rater, rated), row)


def _names(evening: Evening) -> dict[str, list[Key]]:
    """Give each participant by reference and by name; a name that two have leads to both."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for key in evening.record.attendees:
        person = evening.circle.people.get(key)
        for text in {fold(text) for text in (person.name, person.ref) if text} if person else ():
            found[text].append(key)
    return found


def _page_of(path: Path, language: Language) -> Page:
    if path.suffix.casefold() == ".csv":
        return read_page(SHEET, path.name, Scan(), _csv(path))
    container = open_container(path, language)
    filled = [name for name, scan in container.scans.items() if scan.filled]
    ours = [name for name in filled if fold(name) in map(fold, SHEET.titles)] or filled
    if not ours:
        raise EmptyWorkbook(language)
    try:
        with CalamineWorkbook.from_filelike(container.file) as workbook:
            grid = workbook.get_sheet_by_name(ours[0]).to_python(skip_empty_area=False)
    except CalamineError:
        raise NotAWorkbook(language) from None
    return read_page(SHEET, ours[0], container.scans[ours[0]], grid)


def _csv(path: Path) -> list[list[Cell]]:
    """Read a CSV file; in French its columns are set apart by semicolons."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8-sig")
        if len(content) > LARGEST or "\x00" in text:
            raise RatingsUnreadable
        separator = ";" if ";" in text.partition("\n")[0] else ","
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RatingsUnreadable from None
    if not rows:
        raise RatingsUnreadable
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]
