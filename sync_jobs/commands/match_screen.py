"""A matching as people and programs see it: pairs, the reason of each, who stays alone; no rating anywhere."""

from __future__ import annotations

from typing import Any

from sync_jobs.evenings import Evening
from sync_jobs.matching.explained import ALONE, explanation
from sync_jobs.matching.stable import Matching
from sync_jobs.screens import Screen


def matching_document(
    evening: Evening, found: Matching | None, *, missing: int, applied: bool, purged: int
) -> dict[str, Any]:
    """Give it for a program; ``found`` is None where the pairs were proposed before."""
    couples, alone = (found.couples, found.alone) if found else ((), ())
    return {
        "evening": str(evening.record.key), "applied": applied, "matched_on": evening.record.matched_on,
        "created": len(couples) if applied else 0, "missing": missing, "purged": purged,
        "pairs": [
            {"mentor": str(one), "mentee": str(other), "why": explanation(evening.circle, (one, other))[1]}
            for one, other in couples
        ],
        "alone": [{"person": str(key), "why": why.value} for key, why in alone],
    }


def show_matching(screen: Screen, evening: Evening, found: Matching | None, *, missing: int) -> None:
    """Show it to a coordinator."""
    if found is None:
        day = evening.record.matched_on
        screen.print(f"Binômes déjà proposés le {day}.", f"Pairs were proposed already, on {day}.")
        return
    name = evening.name
    pairs = screen.table(("Mentor", "Mentor"), ("Mentoré", "Mentee"), ("Pourquoi", "Why"))
    screen.rows(pairs, [
        (name(one), name(other), screen.say(*explanation(evening.circle, (one, other)))) for one, other in found.couples
    ])
    if found.alone:
        alone = screen.table(("Sans partenaire", "Without a partner"), ("Pourquoi", "Why"))
        screen.rows(alone, [(name(key), screen.say(*ALONE[why])) for key, why in found.alone])
    if missing:
        screen.print(f"! Il manque {missing} appréciations.", f"! {missing} ratings are missing.", "yellow")
