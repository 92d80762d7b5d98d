"""The speed-datings of the invented club: one matched, one that waits for its matching, one to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final
from uuid import UUID

from mappings.records import Encounter, Rating, Record, SpeedDating
from mappings.vocabulary import Rank, SessionState

Named = Callable[[str], UUID]
MATCHED: Final = (
    ("Olivier Martin", "Hélène Marchand", "Solène Guichard", "Bertrand Joly-Vallier"),
    ("Anaïs Martin", "Étienne Morel", "Gaël Ferrand", "Loïc Durand"),
)
"""Who came in October; four pairs were proposed there."""
HELD: Final = (
    ("Jean-Noël Perrin", "Geneviève Charvet", "Bertrand Joly-Vallier", "Philippe Durand", "Stéphane Kowalski",
     "Béatrice Faure"),
    ("Élodie Favre", "Fatoumata Diallo", "Inès Rolland", "Françoise Blanc-Gonnet", "Yannick Faure", "Sébastien Nguyen"),
)
"""Who came in November: mentors with room for another pair, founders without one."""
TO_COME: Final = (HELD[0], ("Hugo Charvet", "Maël Le Goff", "Noémie Brun", "Jean-Baptiste Rolland", "Loïc Durand"))
WISHES: Final = (Rank.ABSOLUTELY, Rank.YES, Rank.YES, Rank.MAYBE, Rank.NO)


def evenings(key: Callable[[str, str], UUID], person: Named) -> Iterator[Record]:
    """Make the evenings, the rounds of the two that took place, and the wishes that wait for the matching."""
    chance = Random(2027)
    for ref, day, state, matched, (mentors, founders), rounds in (
        ("sd-2026-10", dt.date(2026, 10, 8), SessionState.HELD, dt.date(2026, 10, 8), MATCHED, 4),
        ("sd-2026-11", dt.date(2026, 11, 17), SessionState.HELD, None, HELD, 4),
        ("sd-2027-01", dt.date(2027, 1, 14), SessionState.PLANNED, None, TO_COME, 5),
    ):
        evening = SpeedDating(
            key=key("speed_dating", ref), ref=ref, date=day, state=state, rounds=rounds, round_minutes=10,
            tables=len(founders), attendees=frozenset(map(person, (*mentors, *founders))), matched_on=matched,
        )
        yield evening
        if state is SessionState.HELD:
            met = list(_rounds(key, person, evening, mentors, founders))
            yield from met
            yield from () if matched else _wishes(key, chance, met)


def _rounds(
    key: Callable[[str, str], UUID], person: Named, evening: SpeedDating, mentors: Sequence[str],
    founders: Sequence[str],
) -> Iterator[Encounter]:
    """Let the mentors sit and the founders move on by one table each round."""
    for turn in range(evening.rounds):
        for table, mentor in enumerate(mentors):
            ref = f"{evening.ref}-{turn + 1}-{table + 1}"
            yield Encounter(
                key=key("encounter", ref), ref=ref, speed_dating=evening.key, round=turn + 1, table=table + 1,
                mentor=person(mentor), mentee=person(founders[(table + turn) % len(founders)]),
            )


def _wishes(key: Callable[[str, str], UUID], chance: Random, met: Sequence[Encounter]) -> Iterator[Rating]:
    for one in met:
        for side, rater, rated in (("a", one.mentor, one.mentee), ("b", one.mentee, one.mentor)):
            ref = f"{one.ref}-{side}"
            yield Rating(
                key=key("rating", ref), ref=ref, speed_dating=one.speed_dating, rater=rater, rated=rated,
                rank=chance.choice(WISHES),
            )
