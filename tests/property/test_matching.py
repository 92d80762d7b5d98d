"""An evening, whatever the people: nobody is seated twice, nothing forbidden is planned, and the matching is stable."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.records import Key, Mentee, Mentor, Organisation, Pair, Person, Rating
from mappings.vocabulary import Rank
from sync_jobs.matching.eligible import Barrier, Circle, eligible, sides
from sync_jobs.matching.rotation import rotation
from sync_jobs.matching.stable import WISH, matching
from tests.property.strategies import key

LOT = key(999)


@st.composite
def circles(draw: st.DrawFn) -> Circle:
    """Make up to six mentors and seven mentees, in few companies, some in one group, with managers and ties."""
    mentors, mentees = draw(st.integers(0, 6)), draw(st.integers(0, 7))
    keys = [key(number) for number in range(1, mentors + mentees + 1)]
    houses = [key(number) for number in range(100, 105)]
    house = st.none() | st.sampled_from(houses)
    manager = st.none() | st.sampled_from(keys) if keys else st.none()
    people = {one: Person(key=one, name="P", organisation=draw(house), manager=draw(manager)) for one in keys}
    state = st.sampled_from(["active", "active", "active", "paused"])
    ours = {
        one: Mentor(key=one, person=one, state=draw(state), capacity=draw(st.integers(0, 3)),
                    conflicts=draw(st.frozensets(st.sampled_from(houses), max_size=1)))
        for one in keys[:mentors]
    }
    theirs = {one: Mentee(key=one, person=one, state=draw(state)) for one in keys[mentors:]}
    firms = {one: Organisation(key=one, name="O", parent=draw(st.none() | st.just(houses[0]))) for one in houses}
    states = st.sampled_from(["proposed", "active", "ended", "declined"])
    pairs = tuple(
        Pair(key=key(500 + at), mentor=one, mentee=other, state=draw(states))
        for at, (one, other) in enumerate(itertools.product(ours, theirs)) if draw(st.integers(0, 9)) == 0
    )
    return Circle(ours, theirs, people, firms, pairs)


@st.composite
def rated(draw: st.DrawFn) -> tuple[Circle, list[Rating]]:
    """Make a circle and what some of them wish."""
    circle = draw(circles())
    ways = [way for pair in itertools.product(circle.mentors, circle.mentees) for way in (pair, pair[::-1])]
    rank = st.none() | st.sampled_from(Rank)
    return circle, [
        Rating(key=key(1000 + at), speed_dating=LOT, rater=one, rated=other, rank=draw(rank))
        for at, (one, other) in enumerate(ways)
    ]


def allowed(circle: Circle) -> set[tuple[Key, Key]]:
    """Say who may meet."""
    seated = sides(circle, circle.people)
    return {couple for couple, wall in eligible(circle, seated.mentors, seated.mentees).items() if wall is None}


@given(circles())
def test_whoever_may_meet_breaks_no_rule(circle: Circle) -> None:
    """Of two who may meet both are active, in two groups, neither the other's manager, and no tie is declared."""
    current = {(p.mentor, p.mentee) for p in circle.pairs if p.state in ("proposed", "active")}
    for one, other in allowed(circle):
        mentor, mentee = circle.people[one], circle.people[other]
        roots = [circle.organisations[p.organisation].parent or p.organisation
                 for p in (mentor, mentee) if p.organisation]
        assert (circle.mentors[one].state, circle.mentees[other].state) == ("active", "active")
        assert len(set(roots)) == len(roots)
        assert (mentor.manager, mentee.manager) != (other, one)
        assert mentor.manager != other
        assert mentee.manager != one
        assert mentee.organisation not in circle.mentors[one].conflicts
        assert (one, other) not in current


@settings(max_examples=30)  # each plans two evenings, by a solver
@given(circles(), st.integers(0, 6), st.integers(0, 5), st.randoms())
def test_a_rotation_seats_nobody_twice_and_as_many_as_can_be(
    circle: Circle, rounds: int, tables: int, chance: random.Random
) -> None:
    """No person, table or couple comes twice; the bound is reached; who met before meets again only for its sake."""
    may, seated = allowed(circle), sides(circle, circle.people)
    met = frozenset(couple for couple in sorted(may) if chance.random() < 0.3)
    plan = rotation(seated.mentors, seated.mentees, may, rounds=rounds, tables=tables, met=met)
    for places in (
        [(s.round, who) for s in plan.seats for who in (s.mentor, s.mentee)],
        [(s.round, s.table) for s in plan.seats], [(s.mentor, s.mentee) for s in plan.seats],
    ):
        assert len(set(places)) == len(places)
    assert {(s.mentor, s.mentee) for s in plan.seats} <= may
    assert all(1 <= s.round <= rounds and 1 <= s.table <= (tables or 9) for s in plan.seats)
    assert plan.gap == 0
    assert plan.repeats == sum((s.mentor, s.mentee) in met for s in plan.seats)
    fresh = rotation(seated.mentors, seated.mentees, may - met, rounds=rounds, tables=tables)
    assert plan.encounters - plan.repeats <= fresh.encounters
    assert plan.repeats == 0 or fresh.encounters < plan.encounters


def blocking(circle: Circle, ratings: list[Rating], couples: set[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
    """Find two who may be a pair and would both rather have each other than what they got."""
    wish = {(r.rater, r.rated): WISH.get(r.rank, 0) for r in ratings if r.rank}
    taken = circle.accompanied()
    partner = {other: one for one, other in couples}
    found = []
    for one, other in allowed(circle) - couples:
        ours, theirs = wish.get((one, other), 0), wish.get((other, one), 0)
        if not (ours and theirs) or other in taken or not circle.free(one):
            continue
        kept = [wish[one, mine] for mentor, mine in couples if mentor == one]
        room = len(kept) < circle.free(one) or ours > min(kept)
        if room and (other not in partner or theirs > wish[other, partner[other]]):
            found.append((one, other))
    return found


@given(rated())
def test_a_matching_is_stable_and_honours_every_no(given_: tuple[Circle, list[Rating]]) -> None:
    """No two would rather have each other; capacities hold; no pair is forbidden or against somebody's wish."""
    circle, ratings = given_
    found = matching(circle, sides(circle, circle.people), ratings, LOT)
    couples = set(found.couples)
    wished = {(r.rater, r.rated) for r in ratings if r.rank not in (None, Rank.NO)}
    assert couples <= allowed(circle)
    assert all((one, other) in wished and (other, one) in wished for one, other in couples)
    assert all(number <= circle.free(one) for one, number in Counter(one for one, _ in couples).items())
    assert max(Counter(other for _, other in couples).values(), default=1) == 1
    assert not {other for _, other in couples} & circle.accompanied()
    assert blocking(circle, ratings, couples) == []
    assert {one for couple in couples for one in couple} | {one for one, _ in found.alone} == set(circle.people)


@settings(max_examples=30)  # each plans two evenings, by a solver
@given(rated(), st.randoms())
def test_the_order_of_what_comes_in_changes_nothing(
    given_: tuple[Circle, list[Rating]], chance: random.Random
) -> None:
    """The same people and wishes in another order give the same pairs and the same plan."""
    circle, ratings = given_

    def mixed(items: Any) -> dict[Any, Any]:
        return dict(chance.sample(list(items.items()), len(items)))

    other = Circle(mixed(circle.mentors), mixed(circle.mentees), mixed(circle.people), circle.organisations,
                   tuple(chance.sample(circle.pairs, len(circle.pairs))))
    seated, again = sides(circle, circle.people), sides(other, other.people)
    shuffled = chance.sample(ratings, len(ratings))
    assert matching(circle, seated, ratings, LOT) == matching(other, again, shuffled, LOT)
    may = sorted(allowed(circle))
    backwards = rotation(seated.mentors[::-1], seated.mentees[::-1], may[::-1], rounds=3)
    assert rotation(seated.mentors, seated.mentees, may, rounds=3) == backwards


def test_many_wishes_and_few_places_still_give_a_stable_matching() -> None:
    """Where nearly everybody wishes many and places are few, capacities hold and no two would rather change."""
    chance = random.Random(5)  # noqa: S311 - made-up wishes, seeded
    ours, theirs = [key(n) for n in range(1, 5)], [key(n) for n in range(11, 20)]
    people = {one: Person(key=one, name="P") for one in (*ours, *theirs)}
    for _ in range(60):
        circle = Circle(
            {one: Mentor(key=one, person=one, capacity=chance.randint(1, 2)) for one in ours},
            {one: Mentee(key=one, person=one) for one in theirs}, people, {}, (),
        )
        ways = [way for pair in itertools.product(ours, theirs) for way in (pair, pair[::-1])]
        ratings = [
            Rating(key=key(1000 + at), speed_dating=LOT, rater=one, rated=other,
                   rank=chance.choice(["no", "maybe", "yes", "absolutely"]))
            for at, (one, other) in enumerate(ways)
        ]
        couples = matching(circle, sides(circle, people), ratings, LOT).couples
        assert all(number <= circle.free(one) for one, number in Counter(one for one, _ in couples).items())
        assert blocking(circle, ratings, set(couples)) == []


@given(st.uuids())
def test_of_equal_wishes_the_draw_that_leaves_the_fewest_alone_is_taken(lot: Key) -> None:
    """Two mentors, two mentees, one no: however the lot falls, nobody stays alone for it."""
    ours, theirs = [key(1), key(2)], [key(11), key(12)]
    people = {one: Person(key=one, name="P") for one in (*ours, *theirs)}
    circle = Circle(
        {one: Mentor(key=one, person=one) for one in ours}, {one: Mentee(key=one, person=one) for one in theirs},
        people, {}, (),
    )
    ways = [way for pair in itertools.product(ours, theirs) for way in (pair, pair[::-1])]
    ratings = [
        Rating(key=key(1000 + at), speed_dating=lot, rater=one, rated=other,
               rank="no" if (one, other) == (ours[0], theirs[0]) else "yes")
        for at, (one, other) in enumerate(ways)
    ]
    couples = matching(circle, sides(circle, people), ratings, lot).couples
    assert set(couples) == set(zip(ours, theirs[::-1], strict=True))


def test_few_who_may_meet_lose_no_encounter_to_the_seating() -> None:
    """Where only some may meet, every encounter that the bound allows finds a round and a table."""
    chance = random.Random(7)  # noqa: S311 - made-up people, seeded
    ours, theirs = [key(n) for n in range(14)], [key(50 + n) for n in range(17)]
    for rounds, tables in itertools.product((2, 4, 6), (5, 8, 0)):
        may = {couple for couple in itertools.product(ours, theirs) if chance.random() < 0.25}
        plan = rotation(ours, theirs, may, rounds=rounds, tables=tables)
        assert (plan.gap, {(s.mentor, s.mentee) for s in plan.seats} - may) == (0, set())
        assert all(s.table <= (tables or 14) for s in plan.seats)


def test_nobody_waits_twice_running_where_there_is_room() -> None:
    """Where everybody may meet everybody and half of each side fits at the tables, no wait is longer than a round."""
    for mentors, mentees, tables in itertools.product((3, 5, 8), (4, 6, 9), (4, 5)):
        if tables * 2 < max(mentors, mentees) or 2 * mentors < mentees:
            continue
        ours, theirs = [key(n) for n in range(mentors)], [key(50 + n) for n in range(mentees)]
        rounds = min(6, mentors)
        plan = rotation(ours, theirs, itertools.product(ours, theirs), rounds=rounds, tables=tables)
        assert (plan.gap, plan.long_waits) == (0, 0), (mentors, mentees, tables)


def test_a_full_mentor_and_a_paired_mentee_are_told_why() -> None:
    """Who has no place or a mentor already is left alone for that reason; a declined proposal binds nobody."""
    people = {key(n): Person(key=key(n), name="P", organisation=key(100 + n)) for n in (1, 2, 3)}
    circle = Circle(
        {key(1): Mentor(key=key(1), person=key(1), capacity=1)},
        {key(n): Mentee(key=key(n), person=key(n)) for n in (2, 3)}, people, {},
        (Pair(key=key(9), mentor=key(1), mentee=key(2), state="active"),
         Pair(key=key(8), mentor=key(1), mentee=key(3), state="declined")),
    )
    evening = sides(circle, people)
    assert eligible(circle, [key(1)], [key(2), key(3)]) == {
        (key(1), key(2)): Barrier.ALREADY_A_PAIR, (key(1), key(3)): None,
    }
    found = matching(circle, evening, [], LOT)
    assert dict(found.alone) == {key(1): "no_place", key(2): "has_mentor", key(3): "no_ratings"}
