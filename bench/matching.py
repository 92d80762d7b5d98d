"""How long an evening of 200 mentors, 300 mentees and eight rounds takes: rotation, then matching of full ratings."""

from __future__ import annotations

import random
import statistics
import sys
import time
from uuid import UUID

from harness import ROUNDS, say, verdict
from mappings.records import Mentee, Mentor, Person, Rating
from mappings.vocabulary import Rank
from sync_jobs.matching.eligible import Circle, eligible, sides
from sync_jobs.matching.rotation import Rotation, rotation
from sync_jobs.matching.stable import matching

MENTORS, MENTEES, TURNS = 200, 300, 8
TARGETS = {"seconds": ("at most", 10.0), "gap": ("at most", 0.0), "long_waits": ("at most", 0.0)}


def circle() -> Circle:
    """Make the people: a tenth of the mentors belong to one group with a tenth of the mentees."""
    keys = [UUID(int=number + 1) for number in range(MENTORS + MENTEES)]
    house = [UUID(int=10_000 + number % 50) for number in range(len(keys))]
    people = {key: Person(key=key, name="-", organisation=at) for key, at in zip(keys, house, strict=True)}
    mentors = {key: Mentor(key=key, person=key, capacity=2) for key in keys[:MENTORS]}
    return Circle(mentors, {key: Mentee(key=key, person=key) for key in keys[MENTORS:]}, people, {}, ())


def evening(draw: random.Random) -> tuple[float, Rotation]:
    """Plan one evening and match it; give the seconds and the plan."""
    made = circle()
    started = time.perf_counter()
    seated = sides(made, made.people)
    may = [couple for couple, wall in eligible(made, seated.mentors, seated.mentees).items() if wall is None]
    plan = rotation(seated.mentors, seated.mentees, may, rounds=TURNS)
    planned = time.perf_counter() - started
    lot = UUID(int=1)
    met = [(seat.mentor, seat.mentee) for seat in plan.seats]
    ratings = [
        Rating(key=UUID(int=100_000 + number), speed_dating=lot, rater=one, rated=other, rank=draw.choice(list(Rank)))
        for number, (one, other) in enumerate(way for couple in met for way in (couple, couple[::-1]))
    ]
    started = time.perf_counter()
    found = matching(made, seated, ratings, lot)
    seconds = planned + time.perf_counter() - started
    say(f"{plan.encounters} encounters of {plan.bound}, {len(found.couples)} pairs, in {seconds:.1f} s")
    return seconds, plan


def main() -> int:
    """Run the rounds and judge."""
    runs = [evening(random.Random(number)) for number in range(ROUNDS)]  # noqa: S311 - made-up wishes, seeded
    plan = runs[0][1]
    seconds = round(statistics.median(seconds for seconds, _ in runs), 2)
    print(f"{seconds:.2f} s for {MENTORS} mentors, {MENTEES} mentees, {TURNS} rounds")
    return verdict("matching", {"seconds": seconds, "gap": plan.gap, "long_waits": plan.long_waits}, TARGETS)


if __name__ == "__main__":
    sys.exit(main())
