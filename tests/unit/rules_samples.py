"""People and a pair for the tests of the rules."""

from __future__ import annotations

from typing import Any

from mappings.records import Pair, Person
from mappings.vocabulary import PairState
from tests.property.strategies import key

MENTOR, MENTEE, PAIR, VENTURE, FIRM, GROUP, TOP = (key(number) for number in range(1, 8))


def person(of: Any, organisation: Any = None, **more: Any) -> Person:
    """Make a person."""
    return Person(key=of, name="Nadège Confidentielle", organisation=organisation, **more)


def pair(status: PairState = PairState.PROPOSED, **more: Any) -> Pair:
    """Make a pair."""
    return Pair(**{"key": PAIR, "mentor": MENTOR, "mentee": MENTEE, "state": status, **more})
