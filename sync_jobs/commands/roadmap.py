"""What staff may know of a pair's roadmap: that it exists, its date and its counts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.commands.pair import ThePair
from sync_jobs.roadmaps import note_roadmap

app = typer.Typer()


@app.command()
def roadmap(
    pair: ThePair,
    config: Config = None,
    as_json: AsJson = False,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who you are, of the two.")] = "",
    agreed_on: Annotated[dt.datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"],
                                                          help="When the two agreed on it.")] = None,
    milestones: Annotated[int | None, typer.Option(min=0, max=1000, help="How many milestones it has.")] = None,
    done: Annotated[int | None, typer.Option(min=0, max=1000, help="How many of them are done.")] = None,
) -> None:
    """Note that the two agreed on a roadmap, and how far it is; its texts are `binome pair write`'s."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        noted = note_roadmap(
            club.register, pair, club.today(), person=person, agreed_on=agreed_on.date() if agreed_on else None,
            milestones=milestones, done=done,
        )
    day, counts = noted.agreed_on, (noted.milestones_done, noted.milestones)
    document = noted.model_dump(mode="json", include={"key", "agreed_on", "milestones", "milestones_done"})
    screen.show(document, lambda: screen.print(
        "✓ Feuille de route convenue le {:%d/%m/%Y}, {} jalons atteints sur {}.".format(day, *counts),
        "✓ Roadmap agreed on {}, {} of {} milestones done.".format(day, *counts), "green",
    ))
