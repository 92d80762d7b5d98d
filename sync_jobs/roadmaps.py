"""That a roadmap exists, when it was agreed on, and how far it is: all that staff see of one."""

from __future__ import annotations

import datetime as dt
from typing import cast

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.saving import lock_counter
from mappings import rules
from mappings.records import Pair, Roadmap
from sync_jobs.naming import find_in_register
from sync_jobs.pair_texts import one_of
from sync_jobs.refused import DayToCome, DoneBeyond, PairOver, RoadmapOfTheTwo


def note_roadmap(
    register: Register, pair: str, today: dt.date, *, person: str = "", agreed_on: dt.date | None = None,
    milestones: int | None = None, done: int | None = None,
) -> Roadmap:
    """Make or change what is known of a pair's roadmap. Only one of the two makes it or moves its date.

    Raises KeyUnknown, NotOfThePair, PairOver, DayToCome, DoneBeyond, RoadmapOfTheTwo.
    """
    if person:
        one_of(register, pair, person)
    if agreed_on and agreed_on > today:
        raise DayToCome
    with register.transaction() as tx:
        lock_counter(tx.connection)
        of = cast("Pair", register.get("pair", find_in_register(register, "pair", pair)))
        if not of.active or of.state in rules.OVER:
            raise PairOver
        found = cast("list[Roadmap]", register.linked("roadmap", "pair", [of.key]))
        known = max((one for one in found if one.active), key=lambda one: one.key, default=None)
        if not person and (known is None or agreed_on):
            raise RoadmapOfTheTwo
        told = {"agreed_on": agreed_on, "milestones": milestones, "milestones_done": done}
        roadmap = (known or Roadmap(key=new_key(), pair=of.key, agreed_on=today)).model_copy(
            update={name: value for name, value in told.items() if value is not None}
        )
        if roadmap.milestones_done > roadmap.milestones:
            raise DoneBeyond
        register.save([roadmap])
    return roadmap
