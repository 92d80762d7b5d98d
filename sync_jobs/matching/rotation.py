"""Who meets whom in which round, at which table: as many encounters as can be, provably.

Two steps. First *which* encounters: the most that rounds and tables allow (a maximum flow), and among those the ones
with the fewest repeats and the most even shares (a linear programme; its matrix is a network's, so its corners are
whole numbers). Then *when*: by König's theorem a bipartite graph whose people have at most R encounters falls into R
rounds, and by de Werra's into R of even size. So no encounter is lost by the seating, and the bound is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from mappings.records import Key
from sync_jobs.matching.eligible import Couple

Whole = NDArray[np.int64]
_REPEAT = 1000.0
"""What meeting somebody again costs, against at most 2 × rounds for an uneven share."""
_NOW, _WAITED = 10_000.0, 100.0
"""How urgent a seat is: for somebody who has an encounter in every round left; for somebody who has just waited."""
_NEVER = 1e9
_ATTEMPTS, _FEW = 8, 2000
"""How often another plan is drawn to spare somebody a second wait running, where the possible encounters are few."""


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """Two people at a table in a round; rounds and tables count from 1."""

    round: int
    table: int
    mentor: Key
    mentee: Key


@dataclass(frozen=True, slots=True)
class Rotation:
    """A plan for an evening. ``bound`` is the most encounters that any plan could have."""

    seats: tuple[Seat, ...] = field(repr=False)
    bound: int
    repeats: int
    """How many of the encounters bring people together who met before."""
    long_waits: int
    """How often somebody waits two rounds running."""

    @property
    def encounters(self) -> int:
        """The number of encounters."""
        return len(self.seats)

    @property
    def gap(self) -> int:
        """How many encounters fewer than the bound."""
        return self.bound - self.encounters


def rotation(
    mentors: Sequence[Key], mentees: Sequence[Key], couples: Iterable[Couple], *, rounds: int, tables: int = 0,
    met: frozenset[Couple] = frozenset(),
) -> Rotation:
    """Seat mentors and mentees: ``couples`` may meet, those in ``met`` have met before and come last.

    ``tables=0``: as many as it takes. Nobody sits twice in a round, and no two people meet twice.
    """
    ours, theirs = sorted(mentors), sorted(mentees)
    row, column = ({key: n for n, key in enumerate(keys)} for keys in (ours, theirs))
    edges = np.array(sorted((row[one], column[other]) for one, other in set(couples)), dtype=np.int64).reshape(-1, 2)
    limit = min(tables or len(ours), len(ours), len(theirs))
    again = np.array([(ours[i], theirs[j]) in met for i, j in edges], dtype=float)
    bound = _bound(edges, len(ours), len(theirs), rounds, limit)
    plans = (
        _attempt(edges, again, (len(ours), len(theirs)), rounds, bound, number)
        for number in range(_ATTEMPTS if len(edges) < _FEW else 1)
    )
    best = next(plans)
    for plan in plans if best.long_waits else ():
        best = min(best, plan, key=lambda one: one.long_waits)
        if not best.long_waits:
            break
    seats = tuple(Seat(*at, ours[i], theirs[j]) for at, i, j in _tables(best.rounds, limit))
    return Rotation(seats, bound, best.repeats, best.long_waits)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way through the evening: couples by round, as places in the lists of mentors and mentees."""

    rounds: list[list[tuple[int, int]]]
    repeats: int
    long_waits: int


def _attempt(
    edges: Whole, again: NDArray[np.float64], sizes: tuple[int, int], rounds: int, bound: int, number: int
) -> _Plan:
    """Plan the evening; a later attempt draws otherwise between encounters that are as good."""
    # All draws together weigh less than one encounter more or less for one person.
    drawn = np.random.default_rng(number).random(len(edges)) * (number > 0) / (2 * bound + 1)
    chosen = _choose(edges, _REPEAT * again + drawn, sum(sizes), sizes[0], rounds, bound)
    left = np.zeros(sizes, dtype=bool)
    left[edges[chosen, 0], edges[chosen, 1]] = True
    plan, long_waits = _order(left, rounds)
    return _Plan(plan, int(again[chosen].sum()), long_waits)


def _bound(edges: Whole, mentors: int, mentees: int, rounds: int, limit: int) -> int:
    """Give the most encounters there can be: everybody once a round, one couple a table, no couple twice."""
    if not edges.size or not rounds:
        return 0
    source, gate, first = 0, 1, 2
    sink = first + mentors + mentees
    one, other = first + np.arange(mentors), first + mentors + np.arange(mentees)
    tails = np.concatenate([[source], np.full(mentors, gate), first + edges[:, 0], other])
    heads = np.concatenate([[gate], one, first + mentors + edges[:, 1], np.full(mentees, sink)])
    room = np.concatenate([
        [rounds * limit], np.full(mentors, rounds), np.ones(len(edges), dtype=np.int64), np.full(mentees, rounds)
    ])
    graph = csr_array((room.astype(np.int32), (tails, heads)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value)


def _choose(edges: Whole, price: NDArray[np.float64], people: int, mentors: int, rounds: int, number: int) -> Whole:
    """Pick ``number`` edges, few repeats, and shares as even as can be: each further encounter of one costs more."""
    if not number:
        return np.zeros(0, dtype=np.int64)
    count, steps = len(edges), people * rounds
    who = np.repeat(np.arange(people), rounds)
    rows = np.concatenate([edges[:, 0], mentors + edges[:, 1], who, np.full(count, people)])
    columns = np.concatenate([np.tile(np.arange(count), 2), count + np.arange(steps), np.arange(count)])
    values = np.concatenate([np.ones(2 * count), -np.ones(steps), np.ones(count)])
    taken = coo_array((values, (rows, columns)), shape=(people + 1, count + steps)).tocsr()
    wanted = np.zeros(people + 1)
    wanted[people] = number
    cost = np.concatenate([price, np.tile(np.arange(rounds, dtype=float), people)])
    # The stubs know no sparse matrix here; the library takes one.
    found = linprog(cost, A_eq=taken, b_eq=wanted, bounds=(0, 1), method="highs-ds")  # type: ignore[call-overload]
    if not found.success:
        raise RuntimeError("the solver found no plan where the flow proves one")
    return np.flatnonzero(found.x[:count] > 0.5)


def _order(left: NDArray[np.bool_], rounds: int) -> tuple[list[list[tuple[int, int]]], int]:
    """Spread the encounters over the rounds; count how often somebody waits two rounds running."""
    waited = [np.zeros(size, dtype=bool) for size in left.shape]
    plan, long_waits = [], 0
    for rest in range(rounds, 0, -1):
        size = -(-int(left.sum()) // rest)
        urgency = [
            1 + _NOW * (left.sum(axis=1 - side) >= rest) + _WAITED * waited[side] + left.sum(axis=1 - side)
            for side in (0, 1)
        ]
        now = _one_round(left, urgency[0][:, None] + urgency[1][None, :], size)
        for side in (0, 1):
            idle = np.ones(left.shape[side], dtype=bool)
            idle[[couple[side] for couple in now]] = False
            long_waits += int((idle & waited[side]).sum())
            waited[side] = idle
        for couple in now:
            left[couple] = False
        plan.append(now)
    return plan, long_waits


def _one_round(left: NDArray[np.bool_], gain: NDArray[np.float64], size: int) -> list[tuple[int, int]]:
    """Pick exactly ``size`` couples that share nobody, the most urgent people among them."""
    ours, theirs = left.shape
    # Whoever stays out is assigned to a stand-in, of which there are just enough; two stand-ins never meet.
    costs = np.full((ours + theirs - size, theirs + ours - size), _NEVER)
    costs[:ours, :theirs] = np.where(left, -gain, _NEVER)
    costs[:ours, theirs:] = costs[ours:, :theirs] = 0
    rows, columns = linear_sum_assignment(costs)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if i < ours and j < theirs]


def _tables(plan: list[list[tuple[int, int]]], limit: int) -> Iterable[tuple[tuple[int, int], int, int]]:
    """Give each couple a table; a mentor keeps the last one where it is free, so that mostly mentees walk."""
    last: dict[int, int] = {}
    for number, couples in enumerate(plan, 1):
        kept = {last[i]: i for i, _ in couples if i in last}
        free = iter([table for table in range(1, limit + 1) if table not in kept])
        for i, j in couples:
            last[i] = last[i] if kept.get(last.get(i, 0)) == i else next(free)
            yield (number, last[i]), i, j
