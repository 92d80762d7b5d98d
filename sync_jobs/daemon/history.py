"""What became of each job: kept with the sync's state, so that a new daemon goes on where the last one stopped."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, replace

from sync_jobs.daemon.catalogue import Job
from sync_jobs.failures import DONE, PERSON
from sync_jobs.state import State

PARKED_AFTER = 8
"""Failures in a row after which a job waits for its next ordinary turn, or for a person."""
FIRST_RETRY = dt.timedelta(minutes=1)
FINE = frozenset({DONE, PERSON})
"""Exit codes that are no failure: done, and done but a person is needed."""


@dataclass(frozen=True, slots=True)
class Record:
    """The last runs of one job. Moments are UTC, ISO 8601; ``code`` is the exit code, ``None`` where it was stopped."""

    last_run: str | None = None
    last_good: str | None = None
    code: int | None = 0
    failures: int = 0

    @property
    def parked(self) -> bool:
        """Tell whether it failed so often that it is not tried again before its turn."""
        return self.failures >= PARKED_AFTER

    def after(self, code: int | None, now: dt.datetime) -> Record:
        """Give the record once a run has ended."""
        at = now.isoformat(timespec="seconds")
        if code in FINE:
            return Record(at, at, code, 0)
        return replace(self, last_run=at, code=code, failures=self.failures + 1)


def retry_in(job: Job, record: Record) -> dt.timedelta | None:
    """Say how soon a failed job is tried again: a minute, then twice as long each time, never past its own period."""
    if not record.failures or record.parked:
        return None
    wait = FIRST_RETRY * 2 ** (record.failures - 1)
    return wait if wait < job.period else None


class History:
    """The records of all jobs."""

    def __init__(self, state: State) -> None:
        """Take the state of the club's sync."""
        self._state = state

    def of(self, name: str) -> Record:
        """Give a job's record; an empty one where it never ran."""
        held = self._state.cursor(_cursor(name))
        return Record(**json.loads(held)) if held else Record()

    def note(self, name: str, record: Record) -> None:
        """Keep a job's record."""
        self._state.set_cursors({_cursor(name): json.dumps(asdict(record))})


def _cursor(name: str) -> str:
    return f"job:{name}"
