"""What a club tells of its year."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for

app = typer.Typer(no_args_is_help=True)


def _rate(given: str) -> Decimal:
    try:
        rate = Decimal(given.replace(",", "."))
    except InvalidOperation:
        rate = Decimal(0)
    if not (rate.is_finite() and 0 < rate <= 10_000):
        raise typer.BadParameter("give euros an hour, such as 12.50")
    return rate


@app.command()
def hours(
    config: Config = None,
    as_json: AsJson = False,
    year: Annotated[int | None, typer.Option(min=1900, max=9999, help="Which year (default: this one).")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write months, categories and minutes to this file.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write one page for the general assembly to this file.")] = None,
    rate: Annotated[Decimal | None, typer.Option(
        parser=_rate, metavar="EUR", help="Value the hours at this rate, for accounts 864 and 875.")] = None,
) -> None:
    """Add up a year's volunteer hours: what is confirmed counts; declared hours and other meetings stand apart."""
    from sync_jobs.reports import hours_csv, hours_of, hours_page, show_hours, worth  # charts load slowly

    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        found = hours_of(club.register, year or club.today().year)
        name = club.settings.club.name
    valued = worth(found, rate) if rate else None
    if csv:
        # With the mark by which spreadsheets know UTF-8.
        csv.write_text(hours_csv(screen, found), encoding="utf-8-sig", newline="")
    if pdf:
        pdf.write_bytes(hours_page(screen, found, valued, name))
    files = [str(file) for file in (csv, pdf) if file]

    def render() -> None:
        show_hours(screen, found, valued)
        for file in files:
            screen.print(f"✓ Écrit : {file}", f"✓ Written: {file}", "green")

    screen.show({**found.document(), "worth": valued.document() if valued else None, "files": files}, render)
