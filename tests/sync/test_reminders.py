"""Reminders over days on the sandbox: asked once, closed by themselves, left to staff, and broken off anywhere."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import BATCH
from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from connector.register.state_schema import sync_reminder
from connector.settings import ReminderSettings
from mappings.records import Meeting, Pair, Person, Roadmap
from sync_jobs.persons.erasure import Eraser
from sync_jobs.reminders import Reminders, Told
from sync_jobs.reminders.job import Status
from tests.property.strategies import key
from tests.sync.conftest import CHARTER, DAY, MEETING, MENTOR, PAIR, Club, records

MODEL, START = "x_mentoring_pair", DAY(2026, 11, 1)


def job(club: Club, **more: Any) -> Reminders:
    """Make the job, as a new process does."""
    crm = more.pop("crm", club.crm)
    return Reminders(club.register, crm, club.state, ReminderSettings(hours_days=0), "2026-1", **more)


def run(club: Club, ahead: int, **more: Any) -> Told:
    """Run it so many days after the pair began."""
    return job(club, **more).run(START + dt.timedelta(days=ahead))


def shown(club: Club) -> list[str]:
    """Tell the kinds of the pair's open activities."""
    names = {of: name for name, of in ACTIVITY_TYPES.items()}
    return sorted(names[one.activity_type] for one in club.staff.activities(MODEL, club.name("pair", PAIR)))


def rows(club: Club) -> list[dict[str, Any]]:
    """Read what is remembered."""
    with club.register.transaction(reads_only=True) as tx:
        return [dict(row) for row in tx.connection.execute(select(sync_reminder)).mappings()]


@pytest.fixture
def active(club: Club) -> Club:
    """Give a club whose pair is active and has met nobody yet."""
    begin(club)
    return club


def begin(club: Club) -> None:
    """Let the pair become active."""
    club.change("meeting", MEETING, active=False)
    club.change("charter", CHARTER, state="signed", mentor_signed_on=START, mentee_signed_on=START)
    club.change("pair", PAIR, state="active", start=START)
    club.sync()


def meet(club: Club, on: dt.date, at: int = 50, **more: Any) -> None:
    """Let the pair meet."""
    club.register.save([Meeting(key=key(at), pair=PAIR, date=on, state="held", **more)])
    club.sync()


def test_a_month_of_days(active: Club) -> None:
    """Each thing is asked on its day and once, and is gone on the day after its cause is."""
    seen: dict[int, list[str]] = {}
    for ahead in range(50):
        if ahead == 20:
            meet(active, START + dt.timedelta(days=19), purpose="first_interview")
        if ahead == 47:
            active.register.save([Roadmap(key=key(60), pair=PAIR, agreed_on=START)])
        run(active, ahead)
        if shown(active) != list(seen.values() or [[]])[-1]:
            seen[ahead] = shown(active)
    assert seen == {14: ["first_interview_due"], 20: [], 26: ["roadmap_due"], 47: []}


def test_a_second_run_asks_nothing(active: Club) -> None:
    """Where nothing changed, the CRM is not called at all."""
    assert run(active, 40).created == 2
    before = active.crm.calls
    again = run(active, 40)
    assert (again.new, again.withdrawn, active.crm.calls) == ((), 0, before)


def test_what_staff_did_does_not_come_back(active: Club) -> None:
    """Done, postponed or cancelled, a reminder is theirs; it is asked anew when another period has passed."""
    run(active, 31)
    (overdue,) = [a for a in active.staff.activities(MODEL, active.name("pair", PAIR)) if "en retard" in a.summary]
    active.staff.mark_done(overdue.id)
    for ahead in range(32, 61):
        run(active, ahead)
        assert "meeting_overdue" not in shown(active)
    run(active, 61)
    assert shown(active) == ["first_interview_due", "meeting_overdue"]


def test_an_open_reminder_is_not_doubled_by_its_next_step(active: Club) -> None:
    """Still open when the next period has passed, it stays as it is, with the deadline that staff gave it."""
    run(active, 31)
    before = active.staff.activities(MODEL, active.name("pair", PAIR))
    assert run(active, 61).existing == 1
    assert active.staff.activities(MODEL, active.name("pair", PAIR)) == before


def test_what_staff_scheduled_by_hand_is_left(active: Club) -> None:
    """Of the same kind and words, an activity of staff's own is not doubled and not taken back."""
    run(active, 31)
    (theirs,) = [a for a in active.staff.activities(MODEL, active.name("pair", PAIR)) if "en retard" in a.summary]
    active.staff.cancel(theirs.id)
    active.staff.schedule(MODEL, active.name("pair", PAIR), theirs.activity_type, theirs.summary, "2027-01-01")
    meet(active, START + dt.timedelta(days=31))
    run(active, 32)
    assert "meeting_overdue" in shown(active)
    assert [row["reminder"] for row in rows(active)] == ["first_interview_due"]


def test_a_silence_takes_the_place_of_the_late_meeting(active: Club) -> None:
    """After ninety days somebody calls; asking for the next date is over."""
    run(active, 89)
    assert shown(active) == ["first_interview_due", "meeting_overdue"]
    run(active, 90)
    assert shown(active) == ["first_interview_due", "silence"]


def test_what_the_crm_lacks_is_asked_later(active: Club) -> None:
    """A pair that was not synced yet is asked about once it is."""
    active.register.save([active.get("pair", PAIR).model_copy(update={"key": key(70)})])
    assert run(active, 31).missing == 1
    assert {row["key"] for row in rows(active)} == {PAIR}
    active.sync()
    assert run(active, 31).created == 1


def test_a_pair_set_aside_waits(active: Club) -> None:
    """Nobody is asked about a record that is hidden from the sync, and the others go on."""
    active.staff.hide(MODEL, active.name("pair", PAIR))
    active.sync(full=True)
    before = active.crm.calls
    assert run(active, 31).new == ()
    assert active.crm.calls == before


def test_another_language_takes_the_old_words_back(active: Club) -> None:
    """A club that changes its language has no reminder in both."""
    run(active, 31)
    run(active, 61, language="en")
    said = [a.summary for a in active.staff.activities(MODEL, active.name("pair", PAIR))]
    assert len([s for s in said if "overdue" in s or "en retard" in s]) == 1


def test_an_erased_pair_is_forgotten(active: Club) -> None:
    """What is remembered of a pair goes with it."""
    run(active, 31)
    assert rows(active)
    Eraser(active.register, active.crm, active.state).erase([("person", MENTOR)])
    assert rows(active) == []


def test_what_is_remembered_tells_no_value(active: Club) -> None:
    """Keys, codes and digests only: no day of the pair is in the table."""
    run(active, 31)
    for row in rows(active):
        assert "2026-1" not in row["cause"]
        assert len(row["cause"]) == 16


class Dead(BaseException):
    """The process is gone."""


class Breaking:
    """A CRM whose line breaks at one call, before it arrives or after."""

    def __init__(self, crm: SandboxCrm, call: str, *, arrives: bool) -> None:
        self._crm, self._call, self._arrives = crm, call, arrives

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Any] = getattr(self._crm, name)
        if name != self._call:
            return real

        def broken(*given: Any) -> None:
            if self._arrives:
                real(*given)
            raise Dead

        return broken


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("done", [False, True])
def test_broken_off_while_asking(active: Club, *, arrives: bool, done: bool) -> None:
    """The next run asks if nobody was asked; if staff have done it meanwhile, they are not asked again."""
    with pytest.raises(Dead):
        run(active, 31, crm=Breaking(active.crm, "remind", arrives=arrives))
    asked = active.staff.activities(MODEL, active.name("pair", PAIR))
    assert bool(asked) is arrives
    for activity in asked if done else ():
        active.staff.mark_done(activity.id)
    run(active, 31)
    assert shown(active) == ([] if arrives and done else ["first_interview_due", "meeting_overdue"])
    assert {row["status"] for row in rows(active)} == {"asked"}


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_broken_off_while_closing(active: Club, *, arrives: bool, back: bool) -> None:
    """The next run takes back what is over, and asks anew where the cause has come back."""
    run(active, 31)
    meet(active, START + dt.timedelta(days=31))
    with pytest.raises(Dead):
        run(active, 32, crm=Breaking(active.crm, "withdraw", arrives=arrives))
    if back:
        active.change("meeting", key(50), active=False)
    run(active, 32)
    assert ("meeting_overdue" in shown(active)) is back
    expected: set[Status] = {"asked"}
    assert {row["status"] for row in rows(active)} == expected


@settings(max_examples=15, deadline=None)
@given(days=st.lists(st.integers(0, 200), min_size=1, max_size=5))
def test_only_the_last_day_counts(days: list[int]) -> None:
    """Whatever days came before, the open activities are those of the last day; running again changes nothing."""

    def ends(order: list[int]) -> tuple[list[str], Told]:
        with (
            tempfile.TemporaryDirectory() as folder, closing(SandboxCrm.open()) as crm,
            Register.open(f"sqlite:///{Path(folder) / 'register.db'}", create=True) as register,
        ):
            club = Club(register, crm)
            register.save(records())
            club.sync()
            begin(club)
            for ahead in order:
                run(club, ahead)
            return shown(club), run(club, order[-1])

    (gone, again), (fresh, _) = ends(days), ends(days[-1:])
    assert gone == fresh
    assert (again.new, again.withdrawn) == ((), 0)


def test_many_changes_take_few_calls(active: Club) -> None:
    """At most one call for each 500 reminders to make, and one for each 500 to take back."""
    extra = 2 * BATCH + 1
    active.register.save([
        *(Person(key=key(1000 + at), name=f"P{at}") for at in range(extra)),
        *(Pair(key=key(5000 + at), mentor=MENTOR, mentee=key(1000 + at), state="active", start=START,
               mentor_accepted=True, mentee_accepted=True) for at in range(extra)),
    ])
    active.sync()
    before = active.crm.calls
    told = run(active, 31)
    assert told.created == extra + 2
    assert active.crm.calls - before == 3 + 1  # to ask the time, too
