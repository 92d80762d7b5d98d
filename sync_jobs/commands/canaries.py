"""``binome audit --canaries``: the texts of pairs, looked for outside the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_jobs.canaries import total
from sync_jobs.club import opened
from sync_jobs.failures import DONE, PERSON
from sync_jobs.own_sinks import search_own
from sync_jobs.screens import Screen

Canaries = Annotated[
    bool, typer.Option("--canaries", help="Look for the texts of pairs in all that is kept outside the vault.")
]
CanaryFiles = Annotated[
    list[Path] | None,
    typer.Option(exists=True, help="With --canaries: a log, or another file or folder, to look through too."),
]


def look_for_canaries(config: Path | None, screen: Screen, files: list[Path]) -> int:
    """Show where texts of pairs were found, in which form, and give the exit code."""
    with opened(config, with_vault=True) as club:
        search = search_own(club.register, club.ready_crm(), files)
    document = {
        "findings": [
            {"map": hit.kind, "field": hit.field, "key": hit.key, "problem": f"found in {hit.sink} ({hit.form})"}
            for hit in search.hits
        ],
        "canaries": len(search.canaries),
        "sinks": search.sinks,
        "bytes": search.size,
        "hits": len(search.hits),
    }

    def render() -> None:
        columns = (("Fiche", "Record"), ("Champ", "Field"), ("Clé", "Key"), ("Où", "Where"), ("Forme", "Form"))
        if search.hits:
            table = screen.table(*columns, title=("Fuites", "Leaks"), style="red")
            screen.rows(table, [(hit.kind, hit.field, hit.key, hit.sink, hit.form) for hit in search.hits])
        screen.print(
            total([search], "{} textes de binômes cherchés dans {} lieux ({} octets) : {} trouvés."),
            total([search], "{} texts of pairs looked for in {} places ({} bytes): {} found."),
        )

    screen.show(document, render)
    return PERSON if search.hits else DONE
