"""One command's way to its reader: sentences and tables in the club's language, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from sync_jobs.failures import told
from sync_jobs.harmless import harmless, harmless_json
from sync_jobs.words import Language

Shown = Mapping[str, Any]

KEY = ("Réf. ou clé", "Ref. or key")
"""The column that names a record: the last to be made narrower."""

ROWS = 40
"""Rows shown of a long table; the rest is counted."""


class _Harmless(Console):
    """A console that shows no text as it is: names, references and texts come from people who may mean harm."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else harmless(text), style, control)


class Screen:
    """One command's way to its reader: ``language`` fr or en; with ``as_json`` one document on stdout and no words."""

    def __init__(self, language: Language = "fr", *, as_json: bool = False) -> None:
        """Take the reader's language and form."""
        self.language: Language = language
        self.as_json = as_json
        self.console = _Harmless(stderr=as_json, highlight=False)

    def say(self, french: str, english: str) -> str:
        """Pick the text in the reader's language."""
        return french if self.language == "fr" else english

    def pick(self, texts: Mapping[str, tuple[str, str]], code: str) -> str:
        """Pick a code's label in the reader's language."""
        return self.say(*texts.get(code, (code, code)))

    def print(self, french: str, english: str, style: str = "") -> None:
        """Print one sentence."""
        self.console.print(self.say(french, english), style=style or None, markup=False, soft_wrap=True)

    def show(self, document: Shown, render: Callable[[], None]) -> None:
        """Give the document to a program, or render it for a person."""
        if self.as_json:
            sys.stdout.write(harmless_json(json.dumps(document, ensure_ascii=False, default=str)) + "\n")
        else:
            render()

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int], None]]:
        """Show a bar for each kind of work while it goes on; nothing where nobody watches."""
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=self.as_json or not sys.stderr.isatty(),
        ) as bars:
            tasks: dict[str, Any] = {}

            def tell(what: str, done: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=None)
                bars.update(tasks[what], advance=done)

            yield tell

    def table(self, *columns: tuple[str, str], title: tuple[str, str] | None = None, style: str = "") -> Table:
        """Begin a table. In a narrow terminal cells go on in the next line, and nothing is cut off."""
        table = Table(title=self.say(*title) if title else None, title_style=style)
        for heading in columns:
            table.add_column(self.say(*heading), overflow="fold", no_wrap=heading == KEY)
        return table

    def rows(self, table: Table, rows: Sequence[Sequence[str]]) -> None:
        """Show a table with its first rows, and count the others. Cells are taken as they are, without markup."""
        for row in rows[:ROWS]:
            table.add_row(*map(Text, row))
        self.console.print(table)
        if len(rows) > ROWS:
            self.print(f"… et {len(rows) - ROWS} autres", f"… and {len(rows) - ROWS} more", "dim")

    def error(self, error: Exception, advice: str, **more: Any) -> None:
        """Say what went wrong and what to do; in a JSON document in English, by the name of the error."""
        message = getattr(error, "message", None) or str(error)
        document = {"error": type(error).__name__, "message": message, "advice": advice, **more}

        def render() -> None:
            words = _Harmless(stderr=True, highlight=False)
            said, todo, detail = told(error, self.language)
            words.print(f"✗ {said}", style="bold red", markup=False, soft_wrap=True)
            for line, style in ((todo or advice, ""), (detail, "dim")):
                if line:
                    words.print(f"  {line}", style=style, markup=False, soft_wrap=True)

        self.show(document, render)
