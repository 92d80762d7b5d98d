"""What a sync sees, and what happens between its reading and its writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest

from connector.register.repository import Register
from mappings.records import Key, Record
from sync_jobs.cycle import ApprovalNeeded, Cycle
from sync_jobs.engine.guard import MAPS_CHANGED
from sync_jobs.engine.plan import Plan
from sync_jobs.lease import LeaseHeld, LeaseLost, held
from tests.sync.conftest import MEETING, MENTOR, NO_CAPS, PAIR, Club


class Between:
    """A CRM where somebody acts just before the n-th writing call arrives."""

    def __init__(self, crm: Any, act: Any) -> None:
        self._crm, self._act = crm, act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crm, name)

    def apply(self, payloads: Any) -> Any:
        """Let them act once, then write."""
        act, self._act = self._act, lambda: None
        act()
        return self._crm.apply(payloads)


def sync_with(club: Club, act: Any) -> None:
    """Run a cycle during which somebody acts."""
    club.now += dt.timedelta(minutes=15)
    crm: Any = Between(club.crm, act)
    Cycle(club.register, crm, club.state, caps=NO_CAPS).run()


def test_an_edit_stamped_before_the_last_reading_is_seen(club: Club) -> None:
    """A transaction that commits late carries an earlier stamp: the next reading goes back far enough."""
    reading = club.now
    club.now = reading - dt.timedelta(minutes=3)
    club.write("person", MENTOR, function="Chair")
    club.now = reading
    club.cycle().run()
    assert club.get("person", MENTOR).job_title == "Chair"


def test_an_edit_older_than_the_overlap_is_found_by_a_full_comparison(club: Club) -> None:
    """Whatever no cursor shows is found once a day."""
    reading = club.now
    club.now = reading - dt.timedelta(minutes=50)
    club.write("person", MENTOR, function="Chair")
    club.now = reading
    club.sync()
    assert club.get("person", MENTOR).job_title is None
    club.sync(full=True)
    assert club.get("person", MENTOR).job_title == "Chair"


def test_an_edit_between_reading_and_writing_is_not_overwritten(club: Club) -> None:
    """Staff are quicker: their value stays in the CRM, the register keeps its own, and a person decides."""
    club.change("pair", PAIR, cadence_days=45)
    sync_with(club, lambda: club.write("pair", PAIR, x_cadence_days=60))
    assert (club.get("pair", PAIR).cadence_days, club.seen("pair", PAIR, "x_cadence_days")) == (45, 60)
    assert [(row["key"], row["field"]) for row in club.state.conflicts()] == [(PAIR, "cadence_days")]


def test_an_edit_of_another_field_meanwhile_is_kept_too(club: Club) -> None:
    """What was planned is written, what staff typed meanwhile comes home with the next sync at the latest."""
    club.change("meeting", MEETING, minutes=90)
    sync_with(club, lambda: club.write("meeting", MEETING, x_state="postponed"))
    club.sync()
    assert (club.get("meeting", MEETING).minutes, club.seen("meeting", MEETING, "x_minutes")) == (90, 90)
    assert club.get("meeting", MEETING).state == "postponed"
    assert club.settled()


def test_a_consent_withdrawn_after_planning_counts(club: Club) -> None:
    """What goes out is judged on the record of that moment: an address that was to be shared does not leave."""
    club.change("person", MENTOR, email="mentor@example.org", share_email=True)

    class Watched(Between):
        """Withdraws the consent when the run leaves its mark, after planning, and reads along what is written."""

        def mark(self, new: str | None = None) -> Any:
            if new:
                club.change("person", MENTOR, share_email=False)
            return club.crm.mark(new)

        def apply(self, payloads: Any) -> Any:
            sent.extend(one.values.get("email") for one in payloads if one.model == "res.partner")
            return club.crm.apply(payloads)

    sent: list[Any] = []
    crm: Any = Watched(club.crm, None)
    Cycle(club.register, crm, club.state, caps=NO_CAPS).run()
    assert "mentor@example.org" not in sent
    club.sync()
    assert club.settled()


def test_a_second_run_is_told_who_works(club: Club) -> None:
    """Two at once: one works, the other stops before it reads anything."""
    with held(club.register, club.state):
        calls = club.crm.calls
        with pytest.raises(LeaseHeld):
            club.cycle().run()
        assert club.crm.calls == calls


def test_a_run_that_lost_its_lease_writes_nothing_more(club: Club) -> None:
    """It slept, another took over: neither base nor cursor nor run of the sleeper moves after that."""
    club.change("pair", PAIR, cadence_days=45)

    def take_over() -> None:
        with club.register.transaction() as tx:
            tx.connection.exec_driver_sql("UPDATE sync_lease SET token = token + 1, holder = 'another'")

    before = club.state.cursor("crm")
    with pytest.raises(LeaseLost):
        sync_with(club, take_over)
    assert club.state.cursor("crm") == before


def test_maps_with_another_meaning_ask_first(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade that changes what the maps say, everything is compared and nothing written without approval."""
    club.change("pair", PAIR, cadence_days=45)
    monkeypatch.setattr("sync_jobs.cycle.fingerprint", lambda _: "another")
    with pytest.raises(ApprovalNeeded) as asked:
        club.sync()
    assert MAPS_CHANGED in asked.value.reasons
    assert club.seen("pair", PAIR, "x_cadence_days") == 30
    club.cycle().run(approve=asked.value.plan.hash)
    assert club.seen("pair", PAIR, "x_cadence_days") == 45


def test_a_record_compared_once_is_compared_at_once_until_it_moves(club: Club) -> None:
    """The digest of the whole spares the fields' only while it is true: an edit on either side is found as ever."""
    club.sync(full=True)
    assert club.state.wholes("pair", [PAIR])
    assert club.settled()
    club.change("pair", PAIR, cadence_days=45)
    club.sync()
    assert not club.state.wholes("pair", [PAIR]), "its base moved"
    club.sync(full=True)
    club.now -= dt.timedelta(minutes=50)
    club.write("pair", PAIR, x_cadence_days=60)
    club.now += dt.timedelta(minutes=50)
    club.sync(full=True)
    assert club.get("pair", PAIR).cadence_days == 60
    assert club.settled()


def test_a_whole_reading_reads_no_record_of_the_register_that_stands(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where row and number of change are as they were, no record is read; where the number moved, that one is."""
    club.sync(full=True)
    read: list[Key] = []
    many = Register.many

    def noted(register: Register, kind: str, keys: Iterable[Key]) -> dict[Key, Record]:
        found = many(register, kind, keys)
        read.extend(found)
        return found

    monkeypatch.setattr(Register, "many", noted)
    assert club.cycle().plan(full=True).plan == Plan()
    assert not read
    club.change("pair", PAIR, cadence_days=45)
    club.change("pair", PAIR, cadence_days=30)
    read.clear()
    assert club.cycle().plan(full=True).plan == Plan()
    assert set(read) == {PAIR}
