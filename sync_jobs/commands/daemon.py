"""The daemon, and what it has done."""

from __future__ import annotations

import datetime as dt
import signal
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from filelock import FileLock, Timeout
from sqlalchemy import make_url

from sync_jobs.club import Club, opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.daemon.catalogue import jobs
from sync_jobs.daemon.history import History
from sync_jobs.daemon.runner import Runner
from sync_jobs.daemon.scheduler import Daemon
from sync_jobs.failures import DONE, PERSON
from sync_jobs.refused import DaemonRuns
from sync_jobs.screens.jobs import jobs_document, show_jobs

app = typer.Typer()


@app.command()
def daemon(config: Config = None) -> None:
    """Run the jobs of the club by themselves until told to stop (SIGTERM or Ctrl-C)."""
    with opened(config) as club:
        try:
            with FileLock(_lock_path(club), timeout=0):
                _work(club, config)
        except Timeout:
            raise DaemonRuns from None


@app.command(name="jobs")
def listed(config: Config = None, as_json: AsJson = False) -> None:
    """Show the daemon's jobs: when each runs, when it last did, and what to do about one that fails."""
    screen = screen_for(config, as_json=as_json)
    with opened(config) as club:
        found = list(jobs(club.settings.jobs))
        document = jobs_document(found, History(club.state), dt.datetime.now(dt.UTC))
    screen.show(document, lambda: show_jobs(screen, document, found))
    raise typer.Exit(PERSON if any(one["failures"] for one in document["jobs"]) else DONE)


def _work(club: Club, config: Path | None) -> None:
    settings, runner = club.settings, Runner(config)
    working = Daemon(jobs(settings.jobs), runner.run, History(club.state), ZoneInfo(settings.club.timezone))

    def end() -> None:
        runner.stop()
        working.stop()

    def told(_signal: int, _frame: object) -> None:
        # In a thread: a signal's handler must not wait for the job that it interrupts.
        threading.Thread(target=end).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    working.start()


def _lock_path(club: Club) -> Path:
    """Hold the lock beside an SQLite register, else in the working folder."""
    url = make_url(club.settings.register.url)
    beside = url.database if url.get_backend_name() == "sqlite" else None
    return Path(f"{beside or 'binome'}.daemon-lock")
