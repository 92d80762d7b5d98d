"""The jobs: what each runs, when, how long it may take, and what a missed run means. No job knows what runs it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from connector.settings import JobSettings


@dataclass(frozen=True, slots=True)
class Job:
    """One job: a command of Binôme's. Either ``every`` so often, or at an hour of each day, or of one weekday.

    ``deadline``: how long it may run before it is stopped; ``jitter``: by how much its start varies, so that a thousand
    clubs do not all ask at once; ``grace``: how late a missed run is still made up for, many missed ones by one.
    """

    name: str
    words: tuple[str, ...]
    deadline: dt.timedelta
    grace: dt.timedelta
    missed: tuple[str, str]
    """What a missed run means, in French and in English."""
    every: dt.timedelta | None = None
    at: dt.time = dt.time(2, 30)
    weekday: str = ""
    jitter: dt.timedelta = dt.timedelta(seconds=20)

    @property
    def period(self) -> dt.timedelta:
        """Tell how far apart two runs are."""
        return self.every or dt.timedelta(days=7 if self.weekday else 1)


def jobs(settings: JobSettings) -> Iterator[Job]:
    """List the jobs that the club's configuration asks for, the most frequent first."""
    night, often = settings.nightly_at, dt.timedelta(minutes=settings.sync_minutes)
    yield Job("sync", ("sync",), _hours(0.5), often, every=often,
              missed=("le suivant rattrape tout", "the next one catches up"))
    yield Job("reminders", ("reminders",), _hours(0.25), _hours(12), at=_later(night, 150),
              missed=("les rappels viennent un jour plus tard", "reminders come a day late"))
    yield Job("full", ("sync", "--full"), _hours(2), _hours(12), at=night,
              missed=("une suppression est vue un jour plus tard", "a deletion is seen a day later"))
    yield Job("audit", ("audit",), _hours(1), _hours(12), at=_later(night, 60),
              missed=("un droit élargi est vu un jour plus tard", "a widened right is seen a day later"))
    yield Job("retention", ("retention", "--apply"), _hours(1), _hours(24), at=_later(night, 90), weekday="sun",
              missed=("des données restent une semaine de plus", "data stays for another week"))


def _later(at: dt.time, minutes: int) -> dt.time:
    return (dt.datetime.combine(dt.date(2000, 1, 1), at) + dt.timedelta(minutes=minutes)).time()


def _hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)
