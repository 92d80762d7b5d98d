"""Speed-dating: its rounds, its sheets, its ratings, and the pairs to propose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from mappings.records import Key
from sync_jobs.club import Club, opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.failures import DONE, PERSON
from sync_jobs.new_files import write_new
from sync_jobs.refused import OptionMissing, FileExists, RatingsMissing
from sync_jobs.screens import Screen

app = typer.Typer()

Done = tuple[dict[str, Any], Callable[[], None], int]
"""The document, its rendering for a person, and the exit code."""


@app.command()
def match(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="A speed-dating: reference, or start of a key.")],
    config: Config = None,
    as_json: AsJson = False,
    rotation: Annotated[bool, typer.Option("--rotation", help="Plan who meets whom, in which round.")] = False,
    sheets: Annotated[Path | None, typer.Option(help="Print everybody's sheet into this PDF file.")] = None,
    ratings: Annotated[Path | None, typer.Option(help="Take ratings from this .xlsx or .csv file.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write it; otherwise only show what would be.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Match although ratings are missing.")] = False,
    purge: Annotated[bool, typer.Option("--purge", help="Erase the ratings, both sides, once pairs stand.")] = False,
) -> None:
    """Show which pairs a speed-dating gives and why; with --apply, propose them. Nothing is imposed: both accept."""
    if (rotation + (sheets is not None) + (ratings is not None) + (anyway or purge)) > 1:
        raise OptionMissing(option="match", others=(
            "une seule chose à la fois : --rotation, --sheets, --ratings, ou rien",
            "one thing at a time: --rotation, --sheets, --ratings, or none",
        ))
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        if rotation:
            document, render, code = _rotation(club, screen, session, apply=apply)
        elif sheets is not None:
            document, render, code = _sheets(club, screen, session, sheets)
        elif ratings is not None:
            document, render, code = _ratings(club, screen, session, ratings, apply=apply)
        else:
            document, render, code = _matching(club, screen, session, apply=apply, anyway=anyway, purge=purge)
    screen.show(document, render)
    raise typer.Exit(code)


def _rotation(club: Club, screen: Screen, session: str, *, apply: bool) -> Done:
    from sync_jobs.evenings import Evening  # the solver loads slowly, here and below

    with club.register.transaction(reads_only=not apply):
        evening = Evening.find(club.register, session)
        plan = evening.planned()
        if apply:
            club.register.save(evening.seated(plan))
    rounds = [
        {"round": seat.round, "table": seat.table, "mentor": str(seat.mentor), "mentee": str(seat.mentee)}
        for seat in plan.seats
    ]
    document = {
        "evening": str(evening.record.key), "applied": apply, "encounters": plan.encounters, "bound": plan.bound,
        "gap": plan.gap, "repeats": plan.repeats, "long_waits": plan.long_waits, "rounds": rounds,
        "left_out": [str(key) for key in evening.sides.left_out],
    }

    def render() -> None:
        name = evening.name
        table = screen.table(("Tour", "Round"), ("Table", "Table"), ("Mentor", "Mentor"), ("Mentoré", "Mentee"))
        screen.rows(table, [(str(s.round), str(s.table), name(s.mentor), name(s.mentee)) for s in plan.seats])
        screen.print(
            f"{plan.encounters} rencontres sur {plan.bound} possibles ; {plan.repeats} déjà vues ; "
            f"deux attentes de suite : {plan.long_waits}.",
            f"{plan.encounters} encounters of {plan.bound} possible; {plan.repeats} met before; "
            f"two waits running: {plan.long_waits}.",
        )
        for key in evening.sides.left_out:
            screen.print(f"! {name(key)} : pas de profil actif.", f"! {name(key)}: no active profile.", "yellow")
        _say_whether(screen, apply=apply)

    return document, render, PERSON if evening.sides.left_out else DONE


def _sheets(club: Club, screen: Screen, session: str, file: Path) -> Done:
    from sync_jobs.evenings import NO_ROUNDS, Evening, unfit
    from sync_jobs.papers.evening import evening_pdf

    evening = Evening.find(club.register, session)
    if not evening.seats:
        raise unfit(NO_ROUNDS)
    write_new(file, evening_pdf(evening), FileExists(file=file))
    people = len(evening.sides.mentors) + len(evening.sides.mentees)
    document = {"evening": str(evening.record.key), "file": str(file), "people": people}
    return document, lambda: screen.print(f"✓ Écrit : {file}", f"✓ Written: {file}", "green"), DONE


def _ratings(club: Club, screen: Screen, session: str, file: Path, *, apply: bool) -> Done:
    from sync_jobs.evenings import Evening
    from sync_jobs.migrations.ratings import read_ratings

    with club.register.transaction(reads_only=not apply):
        evening = Evening.find(club.register, session)
        found = read_ratings(file, evening, screen.language)
        if apply:
            club.register.save(found)
    missing = len(evening.missing() - {(one.rater, one.rated) for one in found})
    document = {"evening": str(evening.record.key), "applied": apply, "changed": len(found), "missing": missing}

    def render() -> None:
        screen.print(
            f"{len(found)} appréciations nouvelles ou changées ; il en manque {missing}.",
            f"{len(found)} ratings new or changed; {missing} missing.",
        )
        _say_whether(screen, apply=apply)

    return document, render, PERSON if missing else DONE


def _matching(club: Club, screen: Screen, session: str, *, apply: bool, anyway: bool, purge: bool) -> Done:
    from sync_jobs.commands.match_screen import matching_document, show_matching
    from sync_jobs.evenings import NOT_MATCHED, Evening, unfit

    with club.register.transaction(reads_only=not apply):
        evening = Evening.find(club.register, session)
        done, missing = evening.record.matched_on, len(evening.missing())
        found = None if done else evening.matched()
        if purge and not (apply or done):
            raise unfit(NOT_MATCHED)
        if apply and found:
            if missing and not anyway:
                raise RatingsMissing(count=missing)
            club.register.save(evening.proposals(found, club.today()))
    purged = _purge(club, evening.record.key) if purge and apply else 0
    document = matching_document(evening, found, missing=missing, applied=apply, purged=purged)

    def render() -> None:
        show_matching(screen, evening, found, missing=missing)
        if purge:
            screen.print(f"Appréciations effacées : {purged}.", f"Ratings erased: {purged}.")
        if not done or purge:
            _say_whether(screen, apply=apply)

    return document, render, PERSON if missing and not done and not anyway else DONE


def _purge(club: Club, evening: Key) -> int:
    """Erase an evening's ratings on both sides, and count them."""
    from sync_jobs.persons.erasure import Eraser

    found = club.register.linked("rating", "speed_dating", [evening])
    if found:
        Eraser(club.register, club.ready_crm(), club.state).erase([("rating", one.key) for one in found])
    return len(found)


def _say_whether(screen: Screen, *, apply: bool) -> None:
    if apply:
        screen.print("✓ Enregistré. `binome sync` le montre dans Odoo.", "✓ Saved. `binome sync` shows it.", "green")
    else:
        screen.print("Essai seulement : --apply l'enregistre.", "A trial only: --apply saves it.", "yellow")
