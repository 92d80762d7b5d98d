"""A CRM as the contract tests see it: the port, the staff who work in it, and an employee who may not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol
from uuid import uuid4

from connector.crm.port import Crm, Outcome
from connector.crm.sandbox import Activity
from tests.contract.payloads import payload

Reference = int | str
FALLBACK = "fallback"
"""The side whose user may not run the batch action."""


class StaffLike(Protocol):
    """What connector.crm.sandbox.Staff does; see there."""

    def id_of(self, model: str, reference: Reference, /) -> int: ...
    def read(self, model: str, reference: Reference, /, *columns: str) -> dict[str, Any]: ...
    def create(self, model: str, /, **columns: Any) -> int: ...
    def write(self, model: str, reference: Reference, /, **columns: Any) -> None: ...
    def archive(self, model: str, reference: Reference, /) -> None: ...
    def delete(self, model: str, reference: Reference, /) -> None: ...
    def merge(self, survivor: Reference, /, *others: Reference) -> None: ...
    def activities(self, model: str, on: Reference, /, *, done: bool | None = False) -> list[Activity]: ...
    def schedule(
        self, model: str, reference: Reference, /, activity_type: str, summary: str, deadline: str,
    ) -> int: ...
    def mark_done(self, activity: int, feedback: str = "") -> None: ...
    def cancel(self, activity: int) -> None: ...
    def note(self, model: str, reference: Reference, /, body: str) -> None: ...
    def notes(self, model: str, reference: Reference, /) -> list[str]: ...
    def shown(self, reference: Reference, /) -> str: ...
    def hide(self, model: str, reference: Reference, /) -> None: ...
    def show(self, model: str, reference: Reference, /) -> None: ...


@dataclass
class Clock:
    """The sandbox's clock: it stands until a test moves it."""

    moment: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def tick(self) -> None:
        """Move on by one second."""
        self.moment += timedelta(seconds=1)


def next_second() -> None:
    """Wait until the clock's second has changed: ``write_date`` is read in whole seconds."""
    time.sleep(1.02 - time.time() % 1)


@dataclass
class Side:
    """One CRM under test.

    ``another`` opens one more connection, ``later`` lets the clock reach another second, ``traces`` counts mail,
    log lines and followers.
    """

    name: str
    crm: Crm
    employee: Crm
    staff: StaffLike
    another: Callable[[], Crm]
    later: Callable[[], None]
    traces: Callable[[], Mapping[str, int]]
    serial: count[int] = field(default_factory=lambda: count(1))

    def new(self, kind: str) -> str:
        """Make an external id that nobody has used."""
        return f"binome.{kind}_{uuid4().hex}"

    def apply(
        self, external_id: str, model: str, values: Mapping[str, Any],
        expected: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Send one payload and give its outcome."""
        return self.crm.apply([payload(external_id, model, values, expected)])[0]

    def person(self, **values: Any) -> str:
        """Create a contact through the port and give its external id."""
        return self._made("person", "res.partner", {"name": f"Person {next(self.serial)}", **values})

    def pair(self, **values: Any) -> str:
        """Create a pair of two new people through the port."""
        wanted = {"x_mentor_id", "x_mentee_id"} - values.keys()
        people = {column: self.new("person") for column in wanted}
        self.crm.apply([payload(name, "res.partner", {"name": "Somebody"}) for name in people.values()])
        return self._made("pair", "x_mentoring_pair", {**people, **values})

    def meeting(self, pair: str, **values: Any) -> str:
        """Create a meeting of a pair through the port."""
        given = {"x_pair_id": pair, "x_date": "2026-10-01", **values}
        return self._made("meeting", "x_mentoring_meeting", given)

    def read(self, external_id: str, model: str, *columns: str) -> dict[str, Any]:
        """Read one bound record's values through the port."""
        (row,) = self.crm.read(model, columns, [external_id]).rows
        return dict(row.values)

    def written(self, external_id: str, model: str) -> str:
        """Read one bound record's ``write_date`` through the port."""
        (row,) = self.crm.read(model, (), [external_id]).rows
        return row.write_date

    def since(
        self, model: str, since: str | None, columns: Sequence[str] = (), after: int | None = 0,
    ) -> dict[int, tuple[str, ...]]:
        """Read all pages of changes: external ids by database id; none comes twice."""
        found: dict[int, tuple[str, ...]] = {}
        while after is not None:
            page = self.crm.changed(model, columns, since, after)
            assert all(row.id > after for row in page.rows)
            assert not found.keys() & {row.id for row in page.rows}
            found |= {row.id: row.external_ids for row in page.rows}
            after = page.after
        return found

    def _made(self, kind: str, model: str, values: Mapping[str, Any]) -> str:
        external_id = self.new(kind)
        outcome = self.apply(external_id, model, values)
        assert outcome.status == "created", outcome
        return external_id
