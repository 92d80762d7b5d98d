"""Which pairs to propose: a stable matching, in which no two people would both rather have each other.

Deferred acceptance (Gale and Shapley 1962), mentees proposing, mentors with as many places as they have free. Written
here, in twenty lines: the library ``matching`` copies its players recursively and gives up at 200 by 300.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mappings.records import Key, Rating
from mappings.vocabulary import Rank
from sync_jobs.matching.eligible import Circle, Couple, Sides, eligible

WISH = {Rank.MAYBE: 1, Rank.YES: 2, Rank.ABSOLUTELY: 3}
"""How much somebody wishes; no, and nothing said, are no wish at all."""

DRAWS = 32
"""How often lots are drawn between equals."""


class Alone(StrEnum):
    """Why somebody stays without a partner."""

    NO_PROFILE = "no_profile"
    NO_PLACE = "no_place"
    HAS_MENTOR = "has_mentor"
    NOBODY_ELIGIBLE = "nobody_eligible"
    NO_RATINGS = "no_ratings"
    NO_MUTUAL_WISH = "no_mutual_wish"
    OTHERS_TAKEN = "others_taken"


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs to propose and who stays alone, each in the order of their keys; it holds no rating."""

    couples: tuple[Couple, ...] = field(repr=False)
    alone: tuple[tuple[Key, Alone], ...] = field(repr=False)


def wishes(ratings: Iterable[Rating]) -> dict[tuple[Key, Key], int]:
    """Tell how much each person wishes to work with another, where there is a wish; given twice, the lesser counts."""
    found: dict[tuple[Key, Key], int] = {}
    for one in ratings:
        if one.rank and one.active:
            wish = WISH.get(one.rank, 0)
            found[one.rater, one.rated] = min(wish, found.get((one.rater, one.rated), wish))
    return {who: wish for who, wish in found.items() if wish}


def matching(circle: Circle, evening: Sides, ratings: Iterable[Rating], lot: Key) -> Matching:
    """Match the mentees of an evening with the mentors' free places; ``lot``, the evening's key, draws between equals.

    Among equal wishes those count more that the other side wishes more; after that a lot, the same each time. Lots are
    drawn ``DRAWS`` times, and the draw that leaves the fewest alone is taken: which is fewest of all is a hard problem.
    """
    given = [one for one in ratings if one.rank and one.active]
    may = {couple for couple, wall in eligible(circle, evening.mentors, evening.mentees).items() if wall is None}
    wish = wishes(given)
    places = {mentor: circle.free(mentor) for mentor in evening.mentors}
    has_mentor = circle.accompanied()
    mutual = {(one, other) for one, other in may if (one, other) in wish and (other, one) in wish}
    open_ = {(one, other) for one, other in mutual if places[one] and other not in has_mentor}
    draws = [_deferred(_orders(open_, wish, lot, draw), places) for draw in range(DRAWS)]
    most = max(draws, key=len)
    couples = tuple(sorted(most))
    matched = {key for couple in couples for key in couple}
    spoke = {one.rater for one in given}
    seen = [{key for couple in some for key in couple} for some in (may, mutual)]
    alone = dict.fromkeys(evening.left_out, Alone.NO_PROFILE)
    for key in {*evening.mentors, *evening.mentees} - matched:
        if places.get(key) == 0:
            alone[key] = Alone.NO_PLACE
        else:
            alone[key] = Alone.HAS_MENTOR if key in has_mentor and key not in places else _why(key, seen, spoke)
    return Matching(couples, tuple(sorted(alone.items())))


def _why(key: Key, seen: list[set[Key]], spoke: set[Key]) -> Alone:
    may, mutual = seen
    if key not in may:
        return Alone.NOBODY_ELIGIBLE
    if key not in spoke:
        return Alone.NO_RATINGS
    return Alone.OTHERS_TAKEN if key in mutual else Alone.NO_MUTUAL_WISH


Place = tuple[int, int, bytes]
"""Where somebody stands in another's order: the lower, the dearer."""


def _orders(
    couples: Iterable[Couple], wish: Mapping[tuple[Key, Key], int], lot: Key, draw: int,
) -> dict[tuple[Key, Key], Place]:
    """Put everybody in everybody's order, both ways."""
    found: dict[tuple[Key, Key], Place] = {}
    for couple in couples:
        for one, other in (couple, couple[::-1]):
            drawn = hashlib.blake2b(lot.bytes + one.bytes + other.bytes, digest_size=16, salt=bytes([draw])).digest()
            found[one, other] = (-wish[one, other], -wish[other, one], drawn)
    return found


def _deferred(orders: Mapping[tuple[Key, Key], Place], places: Mapping[Key, int]) -> set[Couple]:
    """Let mentees propose in their order, and mentors keep the dearest of those who did."""
    asks: dict[Key, list[tuple[Place, Key]]] = {}
    for (one, other), place in orders.items():
        if one not in places:
            asks.setdefault(one, []).append((place, other))
    for order in asks.values():
        order.sort(reverse=True)
    kept: dict[Key, list[tuple[Place, Key]]] = {}
    waiting = sorted(asks)
    while waiting:
        mentee = waiting.pop()
        if asks[mentee]:
            mentor = asks[mentee].pop()[1]
            chosen = kept.setdefault(mentor, [])
            bisect.insort(chosen, (orders[mentor, mentee], mentee))
            if len(chosen) > places[mentor]:
                waiting.append(chosen.pop()[1])
    return {(mentor, mentee) for mentor, chosen in kept.items() for _, mentee in chosen}
