"""The tables of docs/workbook.md, made anew by ``python -m sync_jobs.migrations.manual docs/workbook.md``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sync_jobs.migrations.columns import Language, Sheet
from sync_jobs.migrations.sheets import SHEETS
from sync_jobs.migrations.template import TABLE, describe

_PLACE: Final = re.compile(r"(<!-- columns (fr|en) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(page: str) -> str:
    """Give a page with its tables of columns made anew, between ``<!-- columns fr -->`` and ``<!-- end -->``."""
    return _PLACE.sub(lambda m: f"{m[1]}{_tables('fr' if m[2] == 'fr' else 'en')}{m[3]}", page)


def _tables(language: Language) -> str:
    return "\n".join(line for sheet in SHEETS.values() for line in _table(sheet, language)) + "\n"


def _table(sheet: Sheet, language: Language) -> Iterator[str]:
    yield from (f"### {sheet.title(language)}", "", sheet.help_fr if language == "fr" else sheet.help, "")
    yield f"| {' | '.join(TABLE[1 if language == 'fr' else 0])} |"
    yield "|---|---|---|---|"
    yield from (f"| {' | '.join(describe(column, language))} |" for column in sheet.columns)
    yield ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(with_tables(Path(name).read_text(encoding="utf-8")), encoding="utf-8")
