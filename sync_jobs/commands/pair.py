"""A pair's answers, noted by staff, and its texts, for its mentor and its mentee."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from connector.register.repository import Register
from mappings.records import Pair
from mappings.vocabulary import EndCode
from sync_jobs import answers
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.ending import end_pair
from sync_jobs.naming import find_in_register
from sync_jobs.pair_texts import admit
from sync_jobs.refused import TextUnfit
from sync_jobs.screens.confided import confided_document, show_confided

app = typer.Typer(no_args_is_help=True)

ThePair = Annotated[str, typer.Argument(metavar="PAIR", help="Its reference, or the beginning of its key.")]
AsPerson = Annotated[
    str, typer.Option("--as", metavar="PERSON", help="Who you are, of the two: a reference, or the beginning of a key.")
]

By = Annotated[answers.Member, typer.Option("--by", help="Who of the two says it.")]


@app.command()
def show(pair: ThePair, person: AsPerson, config: Config = None, as_json: AsJson = False) -> None:
    """Show what a pair wrote, to one of the two; every reading is noted, and so is every refusal."""
    screen = screen_for(config, as_json=as_json)
    with opened(config, with_vault=True) as club:
        member = admit(club.register, pair, person)
        found = member.read()
    document = {"pair": str(member.pair), "texts": confided_document(found)}
    screen.show(document, lambda: show_confided(screen, found))


@app.command()
def write(
    pair: ThePair,
    person: AsPerson,
    field: Annotated[str, typer.Option(help="Which text: roadmap.vision, meeting.notes, charter.own_clauses, ...")],
    config: Config = None,
    as_json: AsJson = False,
    of: Annotated[str, typer.Option(help="Of which meeting (charter, roadmap), where there are several.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Take the text away.")] = False,
) -> None:
    """Seal a text of a pair, read from stdin; on a terminal, $EDITOR opens on the text as it is."""
    screen = screen_for(config, as_json=as_json)
    with opened(config, with_vault=True) as club:
        member = admit(club.register, pair, person)
        record, name = member.place(field, of)
        if clear:
            text = None
        else:
            text = _edited(member.text_of(record, name)) if sys.stdin.isatty() else _decoded(sys.stdin.buffer.read())
        member.write(record, name, text)
    document = {"record": record.kind, "key": str(record.key), "field": name, "cleared": clear}
    screen.show(document, lambda: screen.print("✓ Enregistré, chiffré.", "✓ Saved, encrypted.", "green"))


@app.command()
def end(
    pair: ThePair,
    code: Annotated[EndCode, typer.Option(help="How it ended; nobody is asked why.")],
    config: Config = None,
    as_json: AsJson = False,
    on: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day (default: today).")] = None,
) -> None:
    """End a pair, by either of the two and without a reason: its mentor has room again, and its retention begins."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        key = find_in_register(club.register, "pair", pair)
        ended = end_pair(club.register, key, code, on.date() if on else club.today())
    document = {"pair": str(ended.key), "end": ended.end, "code": ended.end_code}
    screen.show(document, lambda: screen.print("✓ Binôme terminé.", "✓ Pair ended.", "green"))


@app.command()
def accept(pair: ThePair, by: By, config: Config = None, as_json: AsJson = False) -> None:
    """Record that the mentor or the mentee accepts a proposed pair; accepted by both, it goes on to its charter."""
    _answered(answers.accept, pair, by, config, as_json=as_json)


@app.command()
def decline(pair: ThePair, by: By, config: Config = None, as_json: AsJson = False) -> None:
    """Record that the mentor or the mentee declines a proposed pair; no reason is asked."""
    _answered(answers.decline, pair, by, config, as_json=as_json)


def _answered(
    answer: Callable[[Register, str, answers.Member], Pair], pair: str, by: answers.Member, config: Path | None, *,
    as_json: bool,
) -> None:
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        said = answer(club.register, pair, by)
    document = {
        "pair": str(said.key), "state": said.state.value,
        "mentor_accepted": said.mentor_accepted, "mentee_accepted": said.mentee_accepted,
    }
    screen.show(document, lambda: screen.print("✓ Enregistré.", "✓ Saved.", "green"))


def _edited(text: str) -> str:
    """Let a person edit a text in a folder of their own, which goes with all that the editor left there."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with TemporaryDirectory(prefix="binome-") as folder:
        file = Path(folder) / "text.txt"
        file.write_text(text, encoding="utf-8")
        try:
            left = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode  # noqa: S603
        except OSError:
            left = 1
        if left or (written := file.read_bytes()) == text.encode():
            raise TextUnfit(why=("l'éditeur n'a rien changé", "the editor changed nothing"))
    return _decoded(written)


def _decoded(given: bytes) -> str:
    try:
        text = given.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise TextUnfit(why=("ce n'est pas de l'UTF-8", "it is not UTF-8")) from None
    if not text:
        raise TextUnfit(why=("le texte est vide", "the text is empty"))
    return text
