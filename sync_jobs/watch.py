"""What the sync watches over several runs: records that left the CRM, and activities that were heeded already."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from connector.register.repository import Register
from connector.register.rows import chunks
from connector.register.state_schema import sync_absent, sync_done
from mappings.records import Key
from sync_jobs.state import State, upsert

_Absent = dict[tuple[str, Key], int]


class Watch:
    """The part of the state that counts listings and remembers activities."""

    def __init__(self, register: Register, state: State) -> None:
        """Take the register whose database holds the state."""
        self._register, self._state = register, state

    def absences(self) -> _Absent:
        """Tell, by kind and key, how many complete listings in a row did not show a record."""
        with self._register.transaction(reads_only=True) as tx:
            rows = tx.connection.execute(select(sync_absent.c.kind, sync_absent.c.key, sync_absent.c.listings))
            return {(kind, key): listings for kind, key, listings in rows}

    def note_absences(self, absent: Iterable[tuple[str, Key]]) -> None:
        """Count one more complete listing: who is missing in it goes up by one, who is not starts anew."""
        before, now = self.absences(), self._state.now()
        rows = [
            {"kind": kind, "key": key, "listings": before.get((kind, key), 0) + 1, "first_seen": now}
            for kind, key in dict.fromkeys(absent)
        ]
        if rows or before:
            with self._state.writing() as connection:
                here = {(row["kind"], row["key"]) for row in rows}
                for kind, key in before.keys() - here:
                    gone = (sync_absent.c.kind == kind) & (sync_absent.c.key == key)
                    connection.execute(delete(sync_absent).where(gone))
                upsert(connection, sync_absent, rows, keep=("first_seen",))

    def unheeded(self, activities: Iterable[int]) -> set[int]:
        """Give those of these done activities that nothing was made of yet."""
        asked = set(activities)
        with self._register.transaction(reads_only=True) as tx:
            for chunk in chunks(sorted(asked)):
                found = tx.connection.execute(select(sync_done.c.activity).where(sync_done.c.activity.in_(chunk)))
                asked -= set(found.scalars())
        return asked

    def heed(self, activities: Iterable[int]) -> None:
        """Remember that these activities were heeded."""
        rows = [{"activity": one, "done_at": self._state.now()} for one in activities]
        if rows:
            with self._state.writing() as connection:
                upsert(connection, sync_done, rows)
