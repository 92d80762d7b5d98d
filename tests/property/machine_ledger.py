"""The ledger of what people changed on each side, and the judgement whether an edit was lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from mappings.base import Policy
from mappings.catalogue import CATALOGUE
from mappings.records import Key

Side = Literal["register", "crm"]
Owner = tuple[str, Key | int]
"""A map and a record in it: its key, or the CRM's number while it has none."""
Place = tuple[str, Key | int, str]
Seen = Mapping[Place, Any]
"""What one side shows: canonical values by map, record and field."""

ABSENT = "(no such record)"
BLANK = (None, (), False, 0)
POLICIES = {(entity.kind, item.field): item.policy for entity in CATALOGUE for item in entity.fields}
GOVERNED = {(kind, name) for kind in ("person", "card") for name in ("email", "phone", "roles")}
"""Fields that a consent moves: what is right there depends on more than the field's own edits."""


@dataclass(slots=True)
class Trace:
    """One side's values of a field since the last good sync, the one before the first edit included."""

    values: list[Any]
    at: int = 0


@dataclass(slots=True)
class Ledger:
    """Who edited what since the last good sync. ``away``: records that staff merged or deleted.

    ``ruled``: fields where a rule of the programme may set an edit back on both sides.
    """

    traces: dict[Place, dict[Side, Trace]] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)
    away: set[Owner] = field(default_factory=set)
    typed: set[Any] = field(default_factory=set)
    ruled: set[tuple[str, str]] = field(default_factory=set)
    under_way: bool = False
    _meanwhile: set[Place] = field(default_factory=set)
    _clock: Any = field(default_factory=lambda: count(1))

    def same(self, value: Any) -> Any:
        """Let merged contacts count as one."""
        if isinstance(value, tuple):
            return tuple(sorted({self.alias.get(one, one) for one in value}))
        return self.alias.get(value, value) if isinstance(value, str) else value

    def note(self, side: Side, before: Seen, after: Seen) -> None:
        """Note what one act of people changed on one side."""
        for place in {*before, *after}:
            was, now = self.same(before.get(place, ABSENT)), self.same(after.get(place, ABSENT))
            if now == ABSENT:
                self.away.add(place[:2])
            elif was != now and (was != ABSENT or now not in BLANK):
                trace = self.traces.setdefault(place, {}).setdefault(side, Trace([was]))
                trace.values.append(now)
                trace.at = next(self._clock)
                if side == "crm":
                    self.typed.add(now)
                if self.under_way:
                    self._meanwhile.add(place)

    def rename(self, kind: str, number: int, key: Key) -> None:
        """Follow a record of staff that was given a key."""
        for place in [place for place in self.traces if place[:2] == (kind, number)]:
            self.traces.setdefault((kind, key, place[2]), {}).update(self.traces.pop(place))
            if place in self._meanwhile:
                self._meanwhile.add((kind, key, place[2]))
        if (kind, number) in self.away:
            self.away.add((kind, key))

    def settle(self, keep: Collection[Place], owners: Collection[Owner]) -> None:
        """Forget what a good sync settled: not open conflicts, records set aside, nor what came in meanwhile."""
        self.traces = {
            place: sides for place, sides in self.traces.items()
            if place in keep or place in self._meanwhile or place[:2] in owners
        }
        self._meanwhile.clear()

    def lost(self, register: Seen, crm: Seen, conflicts: Collection[Place], parked: Collection[Owner]) -> list[str]:
        """Say which edits are in neither side's place, in no conflict, not overwritten and not set aside."""
        found = []
        for place, sides in self.traces.items():
            if place[:2] not in self.away:
                ours, theirs = (self.same(seen.get(place, ABSENT)) for seen in (register, crm))
                if why := self._why(place, sides, (ours, theirs), place in conflicts, place[:2] in parked):
                    found.append(f"{place[0]}.{place[2]}: {why} ({sides} -> {ours!r} / {theirs!r})")
        return found

    def _why(
        self, place: Place, sides: Mapping[Side, Trace], ends: tuple[Any, Any], contested: bool, aside: bool
    ) -> str:
        ends_by: dict[Side, Any] = dict(zip(("register", "crm"), ends, strict=True))  # type: ignore[arg-type]
        owned = POLICIES[place[0], place[2]] is Policy.REGISTER
        last = {side: self.same(trace.values[-1]) for side, trace in sides.items() if not owned or side == "register"}
        if (place[0], place[2]) in GOVERNED and (ends[0] != ends[1] or self._consents_moved(place)):
            return ""
        free = (place[0], place[2]) in self.ruled
        if contested or aside:
            kept = free or all(ends_by[side] == value for side, value in last.items())
            if contested:
                return "" if kept and len(last) == 2 else "a conflict that nobody made, or that lost a value"
            return "" if kept or len(last) > 1 else "a record set aside lost its value"
        if ends[0] != ends[1]:
            return "the sides differ"
        if free or not last or ends[0] == last[self._latest(sides, last)]:
            return ""
        return "" if self._excused(sides, last, ends[0]) else "an edit was lost"

    def _latest(self, sides: Mapping[Side, Trace], last: Mapping[Side, Any]) -> Side:
        return max(last, key=lambda side: sides[side].at)

    def _excused(self, sides: Mapping[Side, Trace], last: Mapping[Side, Any], end: Any) -> bool:
        """Tell whether the latest edit set back a value of before: then the other side's edit counts."""
        latest = last[self._latest(sides, last)]
        held = [self.same(value) for trace in sides.values() for value in trace.values[:-1]]
        return len(last) == 2 and latest in held and end in last.values()

    def _consents_moved(self, place: Place) -> bool:
        """Tell whether a consent, or the other place that shows the same value, was edited too."""
        twin = "card" if place[0] == "person" else "person"
        near = {("card", place[1], f"share_{place[2]}"), (twin, place[1], place[2])}
        return bool(near & self.traces.keys())
