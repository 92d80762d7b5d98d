"""The job that keeps the activities of coordinators in line with what is due: asks once, and takes back what is over.

What it remembers of each reminder is a key and a digest of its cause. A cause that was asked about is left to staff:
done, postponed or cancelled, it does not come back. Each batch is noted before the CRM is called and after: broken off
in between, the next run finds out what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import delete, select

from connector.crm.port import BATCH, Crm, Todo
from connector.register.repository import Register
from connector.register.rows import chunks
from connector.register.state_schema import sync_reminder
from connector.settings import ReminderSettings
from mappings.catalogue import BY_KIND
from mappings.records import Key
from sync_jobs.lease import held
from sync_jobs.reminders.due import Day, Due
from sync_jobs.reminders.gather import due_today
from sync_jobs.reminders.wording import ACTIVITY, SAYS
from sync_jobs.state import State, upsert
from sync_jobs.words import Language

_Place = tuple[str, Key, str]
_Row = dict[str, Any]
Status = Literal["asking", "asked", "closing"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one run asked of staff and took back. ``due``: all that is due, asked about or not."""

    due: tuple[Due, ...] = field(repr=False)
    new: tuple[Due, ...] = field(repr=False)
    created: int = 0
    existing: int = 0
    missing: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Reminders:
    """The reminders of one club. A scheduler calls ``run`` with today."""

    register: Register
    crm: Crm
    state: State
    after: ReminderSettings
    charter_version: str
    language: Language = "fr"

    def look(self, today: dt.date) -> Told:
        """Tell what is due, and what staff were not asked about yet; change nothing."""
        due, rows = self._due(today), self._rows()
        return Told(tuple(due.values()), tuple(self._new(due, rows)))

    def run(self, today: dt.date) -> Told:
        """Ask about what is newly due, and take back what is over."""
        with held(self.register, self.state):
            due, rows = self._due(today), self._heeded(self._rows())
            aside = {(row["kind"], row["key"]) for row in self.state.parked()}
            new = [one for one in self._new(due, rows) if (one.kind, one.key) not in aside]
            asked = {(one.kind, one.key, one.reminder) for one in new}
            over = [
                row for place, row in rows.items() if place[:2] not in aside
                and (place not in due or (place in asked and row["language"] != self.language))
            ]
            withdrawn = self._close(over)
            return Told(tuple(due.values()), tuple(new), **self._ask(new, today), withdrawn=withdrawn)

    def _due(self, today: dt.date) -> dict[_Place, Due]:
        day = Day(today, self.after, self.charter_version)
        return {(one.kind, one.key, one.reminder): one for one in due_today(self.register, day)}

    def _new(self, due: Mapping[_Place, Due], rows: Mapping[_Place, _Row]) -> list[Due]:
        """Keep what was not asked about for this cause, or not surely: an open activity is not doubled."""
        return [
            one for place, one in due.items()
            if (row := rows.get(place)) is None or (row["cause"], row["status"]) != (self._cause(one), "asked")
        ]

    def _heeded(self, rows: dict[_Place, _Row]) -> dict[_Place, _Row]:
        """Find out what became of a call that was broken off: what staff have done since was surely asked."""
        unsure = [row for row in rows.values() if row["status"] == "asking"]
        if unsure:
            done = {(one.external_id, one.activity_type, one.summary) for one in self.crm.finished(
                min(row["at"] for row in unsure))}
            for row in unsure:
                todo = _todo(row, "")
                if (todo.external_id, todo.activity_type, todo.summary) in done:
                    row["status"] = "asked"
            self._note([row for row in unsure if row["status"] == "asked"], "asked")
        return rows

    def _ask(self, new: Sequence[Due], today: dt.date) -> dict[str, int]:
        counts = dict.fromkeys(("created", "existing", "missing"), 0)
        deadline = (today + dt.timedelta(days=self.after.answer_days)).isoformat()
        began = self.crm.now() if new else ""
        for batch in chunks(new, BATCH):
            rows = [{"kind": one.kind, "key": one.key, "reminder": one.reminder, "cause": self._cause(one),
                     "language": self.language, "at": began} for one in batch]
            self._note(rows, "asking")
            outcomes = self.crm.remind([_todo(row, deadline) for row in rows])
            for outcome in outcomes:
                counts[outcome.status] += 1
            there = [row for row, told in zip(rows, outcomes, strict=True) if told.status != "missing"]
            self._note(there, "asked")
            self._forget(row for row in rows if row not in there)
        return counts

    def _close(self, over: Sequence[_Row]) -> int:
        withdrawn = 0
        for batch in chunks(over, BATCH):
            self._note(batch, "closing")
            withdrawn += sum(told.status == "withdrawn" for told in self.crm.withdraw([_todo(r, "") for r in batch]))
            self._forget(batch)
        return withdrawn

    def _cause(self, one: Due) -> str:
        return self.state.digests(one.kind, one.key, one.reminder, one.cause)

    def _rows(self) -> dict[_Place, _Row]:
        with self.register.transaction(reads_only=True) as tx:
            rows = map(dict, tx.connection.execute(select(sync_reminder)).mappings())
            return {(row["kind"], row["key"], row["reminder"]): row for row in rows}

    def _note(self, rows: Iterable[_Row], status: Status) -> None:
        with self.state.writing() as connection:
            upsert(connection, sync_reminder, [{**row, "status": status} for row in rows])

    def _forget(self, rows: Iterable[_Row]) -> None:
        table = sync_reminder.c
        with self.state.writing() as connection:
            for row in rows:
                place = (table.kind == row["kind"]) & (table.key == row["key"]) & (table.reminder == row["reminder"])
                connection.execute(delete(sync_reminder).where(place))


def _todo(row: Mapping[str, Any], deadline: str) -> Todo:
    name = BY_KIND[row["kind"]].external_id(row["key"])
    says = SAYS[row["reminder"]][row["language"] == "en"]
    return Todo(name, ACTIVITY[row["reminder"]], says, deadline)
