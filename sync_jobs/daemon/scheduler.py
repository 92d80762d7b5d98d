"""When jobs run: APScheduler as the trigger, one job at a time, a missed run made up for once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from connector import log
from sync_jobs.daemon.catalogue import Job
from sync_jobs.daemon.history import History, retry_in

Run = Callable[[Job], int | None]


@dataclass(slots=True)
class Daemon:
    """Runs the jobs of one club until it is stopped."""

    jobs: Iterable[Job]
    run: Run
    history: History
    zone: ZoneInfo
    scheduler: BlockingScheduler = field(init=False)

    def __post_init__(self) -> None:
        """Enter every job with its schedule."""
        # One thread: the jobs of a club never overlap, and one that is late waits for the one before.
        self.scheduler = BlockingScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=self.zone)
        for job in self.jobs:
            self.scheduler.add_job(
                self.turn, trigger(job, self.zone), [job], id=job.name, name=job.name, coalesce=True, max_instances=1,
                misfire_grace_time=int(job.grace.total_seconds()), **self._first(job),
            )

    def start(self) -> None:
        """Work until ``stop``; what was due while nobody ran is made up for at once."""
        log.get_logger().info("daemon.started", count=len(self.scheduler.get_jobs()))
        self.scheduler.start()

    def stop(self) -> None:
        """Begin no other job. The one that runs is its runner's affair."""
        self.scheduler.shutdown(wait=False)

    def turn(self, job: Job) -> None:
        """Run a job once; where it failed, see that it is tried again soon, but not for ever."""
        before = self.history.of(job.name)
        after = before.after(self.run(job), dt.datetime.now(dt.UTC))
        self.history.note(job.name, after)
        logger = log.get_logger(job=job.name)
        if after.failures and not before.failures:
            logger.error("job.down", count=after.failures)
        elif before.failures and not after.failures:
            logger.info("job.back", count=before.failures)
        elif after.parked and not before.parked:
            logger.error("job.parked", count=after.failures)
        soon = retry_in(job, after)
        if soon is not None and self.scheduler.running:
            at = dt.datetime.now(self.zone) + soon
            self.scheduler.add_job(self.turn, DateTrigger(at), [job], id=f"{job.name}.again", replace_existing=True,
                                   misfire_grace_time=None, coalesce=True, max_instances=1)

    def _first(self, job: Job) -> dict[str, dt.datetime]:
        """Run at once what should have run while the daemon did not: its last good run is more than a period ago."""
        last = self.history.of(job.name).last_good
        now = dt.datetime.now(self.zone)
        if last is None:
            return {"next_run_time": now} if job.every else {}
        late = dt.datetime.fromisoformat(last) + job.period < now
        return {"next_run_time": now} if late else {}


def trigger(job: Job, zone: ZoneInfo) -> BaseTrigger:
    """Turn a job's schedule into APScheduler's, in the club's time zone; its jitter varies the start."""
    jitter = int(job.jitter.total_seconds())
    if job.every:
        return IntervalTrigger(seconds=int(job.every.total_seconds()), jitter=jitter, timezone=zone)
    days = {"day_of_week": job.weekday} if job.weekday else {}
    return CronTrigger(hour=job.at.hour, minute=job.at.minute, jitter=jitter, timezone=zone, **days)
