"""How a pair is doing, by its meetings alone: a colour, and the rule in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from mappings.records import Meeting, Pair
from mappings.rules import next_meeting_due


class Health(StrEnum):
    """How a pair keeps its cadence."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


RULE = "Green: a meeting was held within the pair's cadence. Amber: the cadence has run out. Red: twice over."
RULE_FR = (
    "Vert : une rencontre a été tenue dans la cadence du binôme. Orange : la cadence est dépassée. "
    "Rouge : elle l'est deux fois."
)


def health(pair: Pair, meetings: Iterable[Meeting], today: dt.date) -> Health | None:
    """Green until the next meeting is due, amber for one cadence after that, then red; None unless active."""
    due = next_meeting_due(pair, meetings)
    if due is None:
        return None
    if today <= due:
        return Health.GREEN
    return Health.AMBER if today <= due + dt.timedelta(days=pair.cadence_days) else Health.RED
