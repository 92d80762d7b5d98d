"""Run one job as a process of its own: what it leaks or breaks goes with it, and a deadline can be kept."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connector import log
from sync_jobs.daemon.catalogue import Job

STOP_WITHIN = 8.0
"""Seconds that a job gets to finish its batch once the daemon is told to stop; killed after that, which is harmless."""


@dataclass(slots=True)
class Runner:
    """Runs the jobs, one at a time."""

    config: Path | None = None
    command: Sequence[str] = (sys.executable, "-m", "sync_jobs.cli")
    _child: subprocess.Popen[bytes] | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, job: Job) -> int | None:
        """Run a job to its end, and give its exit code; ``None`` where it was past its deadline, or stopped."""
        if self._stopping.is_set():
            return None
        words = [*self.command, *job.words, "--json", *(["--config", str(self.config)] if self.config else [])]
        started = dt.datetime.now(dt.UTC)
        # No shell; the words are the catalogue's. Its document holds counts and keys, which the run's record has too.
        self._child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            code: int | None = self._child.wait(job.deadline.total_seconds())
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            code = None
        finally:
            self._child = None
        seconds = (dt.datetime.now(dt.UTC) - started).total_seconds()
        log.get_logger().info("job.ended", job=job.name, status="stopped" if code is None else f"exit_{code}",
                               seconds=round(seconds, 1))
        return None if self._stopping.is_set() else code

    def stop(self) -> None:
        """Let the job that runs finish for a while, then stop it: the next run takes up what it left."""
        self._stopping.set()
        child = self._child
        if child is not None:
            try:
                child.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                child.kill()
