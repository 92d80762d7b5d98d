"""Retention: what the club need not keep any longer, by the rules of its settings, and letting go of it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from connector.register.repository import Register
from connector.register.state_schema import sync_change, sync_run
from connector.settings import RetentionSettings
from mappings.records import Key, Mentee, Mentor, Pair, Record, SpeedDating
from mappings.vocabulary import PairState, ProfileState, SessionState
from sync_jobs.persons.erasure import Erased, Eraser
from sync_jobs.persons.footprint import footprint


@dataclass(frozen=True, slots=True)
class Due:
    """One record that a rule lets go of, by its kind and key; ``rule`` is the setting's name."""

    rule: str
    kind: str
    key: Key


@dataclass(frozen=True, slots=True)
class Retention:
    """The rules of one club. A scheduler calls ``apply`` with today; a rule set to 0 keeps for ever."""

    rules: RetentionSettings
    eraser: Eraser

    def due(self, today: dt.date) -> list[Due]:
        """List what may go today; change nothing."""
        return [*self._ratings(today), *self._pairs(today), *self._prospects(today)]

    def apply(self, today: dt.date) -> tuple[list[Due], Erased | None]:
        """Erase what is due on both sides, and say what it was."""
        due = self.due(today)
        return due, self.eraser.erase([(one.kind, one.key) for one in due]) if due else None

    @property
    def _register(self) -> Register:
        return self.eraser.register

    def _ratings(self, today: dt.date) -> Iterator[Due]:
        """Let go of ratings once the matching that they were for is over."""
        if not self.rules.ratings_days:
            return
        last = today - dt.timedelta(days=self.rules.ratings_days)
        over = [
            one.key
            for one in self._register.all("speed_dating")
            if isinstance(one, SpeedDating) and (over := _matched(one)) and over <= last
        ]
        for rating in self._register.linked("rating", "speed_dating", over):
            yield Due("ratings_days", "rating", rating.key)

    def _pairs(self, today: dt.date) -> Iterator[Due]:
        """Let go of pairs that ended or were declined long ago; one without a date is kept."""
        if not self.rules.pairs_months:
            return
        last = _months_before(today, self.rules.pairs_months)
        for pair in self._register.all("pair"):
            if isinstance(pair, Pair) and (over := _over(pair)) and over <= last:
                yield Due("pairs_months", "pair", pair.key)

    def _prospects(self, today: dt.date) -> Iterator[Due]:
        """Let go of people who never were more than prospects, and of whom nothing changed for long."""
        if not self.rules.prospects_months:
            return
        last = _months_before(today, self.rules.prospects_months)
        for person in self._prospect_people():
            found = footprint(self._register, [("person", person)])
            signs = [*map(_made, found.records), *_days([*found.records, *found.loose])]
            if "pair" not in found.gone and max([*signs, *self._noted(key for _, key in found.keys)]) <= last:
                yield Due("prospects_months", "person", person)

    def _prospect_people(self) -> list[Key]:
        states: dict[Key, set[ProfileState]] = {}
        for kind in ("mentor", "mentee"):
            for profile in self._register.all(kind):
                if isinstance(profile, Mentor | Mentee):
                    states.setdefault(profile.person, set()).add(profile.state)
        return [person for person, known in states.items() if known == {ProfileState.PROSPECT}]

    def _noted(self, keys: Iterable[Key]) -> list[dt.date]:
        """Give the day of the last change of these records that a run noted."""
        question = select(func.max(sync_run.c.started)).join(sync_change, sync_change.c.run == sync_run.c.run)
        with self._register.transaction(reads_only=True) as tx:
            last = tx.connection.execute(question.where(sync_change.c.key.in_(list(keys)))).scalar()
        return [dt.datetime.fromisoformat(last).date()] if last else []


def _matched(evening: SpeedDating) -> dt.date | None:
    """Tell when an evening's ratings had served: at its matching; without one, at the evening itself, if it is over."""
    return evening.matched_on or (None if evening.state is SessionState.PLANNED else evening.date)


def _over(pair: Pair) -> dt.date | None:
    if pair.state is PairState.ENDED:
        return pair.end or pair.planned_end
    return pair.proposed_on if pair.state is PairState.DECLINED else None


def _made(record: Record) -> dt.date:
    """Tell the day on which a record got its key: a UUIDv7 begins with the milliseconds since 1970."""
    return dt.datetime.fromtimestamp((record.key.int >> 80) / 1000, dt.UTC).date()


def _days(records: Iterable[Record]) -> Iterator[dt.date]:
    return (day for record in records if isinstance(day := getattr(record, "date", None), dt.date))


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
