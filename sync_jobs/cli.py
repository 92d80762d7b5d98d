"""The ``binome`` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from connector import log
from sync_jobs import failures
from sync_jobs.commands import (
    calendar, charter, daemon, files, journal, match, once, pair, persons, proof, reminders, report, roadmap,
    undo, vault, waiting, work,
)
from sync_jobs.commands.options import screen_for
from sync_jobs.migrations.problems import WorkbookProblems
from sync_jobs.screens import Screen, show_problems

app = typer.Typer(
    help="Binôme keeps a mentoring programme and the CRM that its staff already use in step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for group in (
    once, files, work, reminders, calendar, waiting, undo, persons, journal, proof, match, roadmap, daemon,
):
    app.add_typer(group.app)
app.add_typer(pair.app, name="pair", help="A pair: its answers, and its texts, for its two people alone.")
app.add_typer(charter.app, name="charter", help="The charter of a pair: made, sent, signed by each, filed, verified.")
app.add_typer(report.app, name="report", help="What the club tells of its year.")
app.add_typer(vault.app, name="vault", help="The master key of what pairs wrote.")


def _tell(screen: Screen, error: Exception) -> None:
    """Tell a failure in the form that was asked for."""
    if isinstance(error, WorkbookProblems) and not screen.as_json:
        show_problems(screen, error.problems)
    problems = [p.as_dict(screen.language) for p in error.problems] if isinstance(error, WorkbookProblems) else None
    screen.error(error, failures.advice(error), **({"problems": problems} if problems else {}))


def _config(given: Sequence[str]) -> Path | None:
    """Find the configuration that was asked for, so that a failure is told in the club's language."""
    for word, following in zip(given, [*given[1:], ""], strict=True):
        if word.partition("=")[0] == "--config":
            return Path(word.partition("=")[2] or following)
    return None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code; a failure is told in a sentence, never as a traceback with values."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    log.configure()
    screen = screen_for(_config(given), as_json="--json" in given)
    try:
        sys.exit(app(given, prog_name="binome", standalone_mode=not screen.as_json))
    except typer.TyperException as misused:
        screen.error(misused, "Run `binome --help`.")
        sys.exit(failures.CONFIGURATION)
    except typer.Abort:
        no_terminal = typer.TyperException("a question could not be asked: there is no terminal, or it was left")
        screen.error(no_terminal, "Answer beforehand: `binome install` takes BINOME_ADMIN_SECRET, `binome undo` --yes.")
        sys.exit(failures.CONFIGURATION)
    except failures.EXPECTED as error:
        _tell(screen, error)
        sys.exit(failures.exit_code(error))


if __name__ == "__main__":
    main()
