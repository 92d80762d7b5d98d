"""The vault on the screen: what it holds in numbers, and the texts of a pair for its two people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.register.vault_care import VaultCounts
from sync_jobs.naming import labels
from sync_jobs.pair_texts import Confided
from sync_jobs.screens.screen import Screen
from sync_jobs.words import KINDS

TEXTS = {
    "own_clauses": ("clauses propres", "own clauses"),
    "expectations": ("attentes mutuelles", "mutual expectations"),
    "success_criteria": ("critères de succès", "success criteria"),
    "vision": ("vision", "vision"),
    "steps": ("étapes", "steps"),
    "place": ("lieu", "place"),
    "agenda": ("ordre du jour", "agenda"),
    "notes": ("notes", "notes"),
}
"""What a pair's texts are called."""

COUNTS = {
    "keys": ("clés de binômes et de personnes", "keys of pairs and people"),
    "old": ("… sous une clé maîtresse plus ancienne", "… under an older master key"),
    "shut": ("… qu'aucune clé donnée n'ouvre", "… that no given key opens"),
    "shredded": ("clés détruites", "keys destroyed"),
    "texts": ("textes chiffrés", "sealed texts"),
    "unowned": ("… encore sous la clé maîtresse elle-même", "… still under the master key itself"),
    "readings": ("lectures et écritures au journal", "readings and writings in the journal"),
    "refusals": ("refus au journal", "refusals in the journal"),
}


def show_vault(screen: Screen, counts: VaultCounts) -> None:
    """Show what the vault holds, in numbers."""
    for name in COUNTS:
        if (number := getattr(counts, name)) is not None:
            screen.console.print(f"{number:>7}  {screen.pick(COUNTS, name)}", markup=False, highlight=False)
    if counts.old or counts.unowned:
        screen.print("`binome vault rotate` s'en charge.", "`binome vault rotate` sees to that.", "yellow")
    if counts.shut:
        screen.print(
            "! Donnez aussi l'ancienne clé maîtresse, après la nouvelle : BINOME_VAULT_KEY=NOUVELLE,ANCIENNE.",
            "! Give the older master key too, after the new one: BINOME_VAULT_KEY=NEW,OLD.",
            "yellow",
        )


def confided_document(found: Sequence[Confided]) -> list[dict[str, Any]]:
    """Give a pair's texts to a program."""
    return [
        {"record": one.record.kind, "key": str(one.record.key), "texts": one.texts,
         **({"files": list(one.files)} if one.files else {})}
        for one in found
    ]


def show_confided(screen: Screen, found: Sequence[Confided]) -> None:
    """Show a pair's texts, each under its record."""
    refs = {one.record.key: one.record.ref for one in found if one.record.ref}
    names = labels((one.record.key for one in found), refs)
    for one in found:
        day = getattr(one.record, "date", "")
        title = f"{screen.pick(KINDS, one.record.kind)} {names[one.record.key]} {day}".rstrip()
        screen.console.print(title, style="bold", markup=False)
        for name, text in one.texts.items():
            screen.console.print(f"  {screen.pick(TEXTS, name)}", style="dim", markup=False)
            screen.console.print(f"    {text}".replace("\n", "\n    "), markup=False, soft_wrap=True, emoji=False)
        if one.files:
            screen.print("  Charte signée : `binome charter file BINÔME --out FICHIER --as PERSONNE` la donne.",
                         "  Signed charter: `binome charter file PAIR --out FILE --as PERSON` gives it.")
    if not found:
        screen.print("Ce binôme n'a encore rien écrit.", "This pair has not written anything yet.")
