"""The daemon: its jobs, when they run, and what becomes of one that fails."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from connector.register.repository import Register
from connector.settings import JobSettings
from sync_jobs.daemon.catalogue import Job, jobs
from sync_jobs.daemon.history import PARKED_AFTER, History, Record, retry_in
from sync_jobs.daemon.runner import Runner
from sync_jobs.daemon.scheduler import Daemon, trigger
from sync_jobs.digests import Digests
from sync_jobs.state import State

ZONE = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
JOBS = {job.name: job for job in jobs(JobSettings())}
SYNC = JOBS["sync"]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """A history in a register of its own."""
    with Register.open(f"sqlite:///{tmp_path / 'club.db'}", create=True) as register:
        yield History(State(register, Digests(b"secret")))


def failed(times: int) -> Record:
    """Give the record of a job that failed so often in a row."""
    record = Record()
    for _ in range(times):
        record = record.after(1, NOW)
    return record


def test_every_job_is_a_command_of_binome() -> None:
    """What the daemon runs is what a person may run, with a deadline and a word on what a missed run means."""
    from sync_jobs.cli import app

    known = {command.name or command.callback.__name__ for group in app.registered_groups  # type: ignore[union-attr]
             for command in group.typer_instance.registered_commands}  # type: ignore[union-attr]
    assert {job.words[0] for job in JOBS.values()} <= known
    assert all(job.deadline and job.grace and all(job.missed) for job in JOBS.values())


def test_a_failure_is_tried_again_ever_later_and_not_for_ever() -> None:
    """One minute, two, four: never past the job's own turn; parked after so many, until its turn."""
    daily = JOBS["full"]
    waits = [retry_in(daily, failed(times)) for times in range(1, PARKED_AFTER)]
    assert waits == [dt.timedelta(minutes=2**n) for n in range(PARKED_AFTER - 1)]
    assert retry_in(daily, failed(PARKED_AFTER)) is None
    assert retry_in(SYNC, failed(4)) is None
    assert retry_in(daily, Record()) is None


@pytest.mark.parametrize("code", [0, 3])
def test_a_run_that_needs_a_person_is_no_failure(code: int) -> None:
    """Exit 3 tells a person; trying again would not help."""
    at = NOW.isoformat(timespec="seconds")
    assert failed(3).after(code, NOW) == Record(at, at, code)


def test_the_history_outlives_the_daemon(history: History) -> None:
    """A new daemon knows what the last one saw."""
    history.note("sync", failed(2))
    assert history.of("sync") == failed(2)
    assert history.of("audit") == Record()


def test_nightly_jobs_follow_the_clubs_clock() -> None:
    """Half past two in Grenoble, in winter and in summer."""
    night = trigger(replace(JOBS["full"], jitter=dt.timedelta(0)), ZONE)
    for month, utc in ((1, 1), (7, 0)):
        at = night.get_next_fire_time(None, dt.datetime(2026, month, 10, tzinfo=dt.UTC))
        assert at.astimezone(dt.UTC).time() == dt.time(utc, 30)


def made(history: History, *found: Job, codes: list[int | None]) -> tuple[Daemon, list[str]]:
    """Make a daemon whose runs end with these codes, and the list of what it ran."""
    ran: list[str] = []

    def run(job: Job) -> int | None:
        ran.append(job.name)
        return codes[len(ran) - 1]

    daemon = Daemon(found, run, history, ZONE)
    background = BackgroundScheduler(timezone=ZONE)
    background.start(paused=True)
    daemon.scheduler = background
    return daemon, ran


def test_a_job_that_fails_does_not_keep_the_next_from_running(history: History) -> None:
    """Each has its own record; the failed one is put down for a second try, once."""
    daemon, ran = made(history, codes=[1, 1, 0])
    daemon.turn(JOBS["full"])
    daemon.turn(JOBS["full"])
    daemon.turn(JOBS["audit"])
    assert ran == ["full", "full", "audit"]
    assert [job.id for job in daemon.scheduler.get_jobs()] == ["full.again"]
    assert (history.of("full").failures, history.of("audit").failures) == (2, 0)
    daemon.scheduler.shutdown()


def test_a_day_without_a_crm_is_one_message_down_and_one_back(
    history: History, capsys: pytest.CaptureFixture[str],
) -> None:
    """However often it was tried in between."""
    daemon, _ran = made(history, codes=[1] * 20 + [0])
    for _ in range(21):
        daemon.turn(SYNC)
    said = capsys.readouterr().err
    assert [said.count(f'"job.{event}"') for event in ("down", "parked", "back")] == [1, 1, 1]
    daemon.scheduler.shutdown()


def test_what_was_due_meanwhile_is_made_up_for_at_once(history: History) -> None:
    """A nightly job whose last good run was two days ago runs now; one of last night waits for its turn."""
    now = dt.datetime.now(dt.UTC)
    history.note("full", Record().after(0, now - dt.timedelta(days=2)))
    history.note("audit", Record().after(0, now - dt.timedelta(hours=3)))
    daemon = Daemon([JOBS["full"], JOBS["audit"]], lambda _job: 0, history, ZONE)
    waiting = {job.id: getattr(job, "next_run_time", None) for job, _store, _new in daemon.scheduler._pending_jobs}
    assert waiting["full"] is not None
    assert waiting["full"] <= dt.datetime.now(ZONE)
    assert waiting["audit"] is None


def test_a_job_past_its_deadline_is_stopped() -> None:
    """It counts as failed, and its process is gone."""
    runner = Runner(command=(sys.executable, "-c", "import time; time.sleep(60)"))
    began = time.monotonic()
    assert runner.run(replace(SYNC, deadline=dt.timedelta(seconds=0.5))) is None
    assert time.monotonic() - began < 10


@pytest.fixture
def club(tmp_path: Path) -> dict[str, str]:
    """The environment of a club on the sandbox, made by `binome init`."""
    told = {**os.environ, "BINOME_REGISTER_URL": f"sqlite:///{tmp_path / 'club.db'}",
            "BINOME_CRM_URL": f"sandbox:{tmp_path / 'crm.db'}"}
    binome = [sys.executable, "-m", "sync_jobs.cli"]
    subprocess.run([*binome, "init"], cwd=tmp_path, env=told, check=True, capture_output=True)  # noqa: S603
    return told


def test_the_daemon_works_refuses_a_second_one_and_stops_when_told(tmp_path: Path, club: dict[str, str]) -> None:
    """Its first sync runs at once; a second daemon exits 2; SIGTERM ends it within ten seconds, exit 0."""
    command = [sys.executable, "-m", "sync_jobs.cli", "daemon", "--config", str(tmp_path / "binome.toml")]
    first = subprocess.Popen(command, cwd=tmp_path, env=club, stderr=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert first.stderr is not None
        for line in first.stderr:
            if "job.ended" in line:
                break
        second = subprocess.run(command, cwd=tmp_path, env=club, check=False, capture_output=True)  # noqa: S603
        assert second.returncode == 2
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    finally:
        first.kill()
        first.communicate()
    with Register.open(club["BINOME_REGISTER_URL"]) as register:
        assert History(State(register, Digests(b"secret"))).of("sync").last_run
