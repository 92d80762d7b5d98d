"""A speed-dating with a real Odoo: rounds and blank ratings appear there, answers come back, pairs arise."""

from __future__ import annotations

import datetime as dt

import pytest

from mappings.catalogue import BY_KIND
from mappings.records import Encounter, Key, Mentee, Mentor, Organisation, Person, Rating, Record, SpeedDating
from sync_jobs.evenings import Evening
from sync_jobs.persons.erasure import Eraser
from tests.property.strategies import key

from .ground import Ground, Sides

pytestmark = pytest.mark.odoo

DAY = dt.date(2026, 11, 20)
RATINGS = "x_mentoring_rating"


def records(number: int) -> tuple[Key, list[Key], list[Record]]:
    """Make an evening of two mentors and two mentees, of a company each."""
    k = [key(number * 100 + at) for at in range(20)]
    people = k[:4]
    return k[19], people, [
        *(Organisation(key=k[4 + at], name=f"Maison {at}") for at in range(4)),
        *(Person(key=one, name=f"Personne {at}", organisation=k[4 + at]) for at, one in enumerate(people)),
        *(Mentor(key=k[8 + at], person=one) for at, one in enumerate(people[:2])),
        *(Mentee(key=k[10 + at], person=one) for at, one in enumerate(people[2:])),
        SpeedDating(key=k[19], date=DAY, state="held", rounds=2, attendees=frozenset(people)),
    ]


def rated(sides: Sides, evening: Key) -> list[Rating]:
    """Give the evening's ratings."""
    return [one for one in sides.register.linked("rating", "speed_dating", [evening]) if isinstance(one, Rating)]


def test_an_evening_goes_through_odoo_and_back(ground: Ground) -> None:
    """The list by round and the blank ratings are in Odoo; a no typed there is honoured; the ratings then leave it."""
    evening, people, made = records(ground.numbers(1)[0])
    with ground.open() as sides:
        sides.register.save(made)
        look = Evening.find(sides.register, evening.hex)
        sides.register.save(look.seated(look.planned()))
        sides.cycle.run()
        ours = ground.staff.id_of("x_mentoring_speed_dating", BY_KIND["speed_dating"].external_id(evening))
        rows = ground.odoo.execute(
            "x_mentoring_encounter", "search_read", [("x_speed_dating_id", "=", ours)], ["x_round", "x_table"]
        )
        assert sorted((row["x_round"], row["x_table"]) for row in rows) == [(1, 1), (1, 2), (2, 1), (2, 2)]
        names = {(one.rater, one.rated): BY_KIND["rating"].external_id(one.key) for one in rated(sides, evening)}
        assert len(names) == 8
        for way, name in names.items():
            ground.staff.write(RATINGS, name, x_rank="no" if way == (people[0], people[2]) else "yes")
        sides.cycle.run()
        look = Evening.find(sides.register, evening.hex)
        assert look.missing() == set()
        found = look.matched()
        assert set(found.couples) == {(people[0], people[3]), (people[1], people[2])}
        sides.register.save(look.proposals(found, DAY))
        sides.cycle.run()
        pairs = ground.odoo.execute(
            "x_mentoring_pair", "search_read",
            [("x_mentor_id", "in", [ground.staff.id_of("res.partner", BY_KIND["person"].external_id(one))
                                    for one in people[:2]])], ["x_state", "x_proposed_on"],
        )
        assert [(row["x_state"], row["x_proposed_on"]) for row in pairs] == [("proposed", str(DAY))] * 2
        Eraser(sides.register, sides.crm, sides.state).erase([("rating", one.key) for one in rated(sides, evening)])
        assert ground.odoo.execute(RATINGS, "search_count", [("x_speed_dating_id", "=", ours)]) == 0
        kept = sides.register.linked("encounter", "speed_dating", [evening])
        assert [isinstance(one, Encounter) for one in kept] == [True] * 4
