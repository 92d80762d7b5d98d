"""Erasing a person: nothing is left on either side, nothing brings them back, and breaking off changes no end."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from connector.register.state_schema import sync_absent, sync_base, sync_conflict, sync_parked, tombstone
from connector.register.vault import Vault
from connector.register.vault_schema import vault_key
from mappings.catalogue import BY_KIND
from mappings.records import ClubSession, Contribution, Rating, SpeedDating
from sync_jobs.cycle import Cycle
from sync_jobs.digests import Digests
from sync_jobs.images import images_of
from sync_jobs.persons.erasure import Eraser
from sync_jobs.persons.tombstones import buried, refused_refs
from sync_jobs.state import State
from tests.property.mortal import COMMIT, Died, Fate, MortalCrm, MortalRegister, Step, let_the_lease_run_out
from tests.property.strategies import key
from tests.sync.conftest import CHARTER, MEETING, MENTEE, MENTOR, NO_CAPS, OTHER, PAIR, records

SESSION, DATING, RATING, HOURS = (key(number) for number in range(30, 34))
ROOT = [("person", MENTOR)]
CANARIES = ("Canarie Quarante", "canari@example.org", "+33142000042", "m-canari", "Canari metier", "Canari texte",
            "Canari message", "Canari retour")
GONE = {"person": {MENTOR}, "mentor": {key(21)}, "pair": {PAIR}, "charter": {CHARTER}, "meeting": {MEETING},
        "contribution": {HOURS}, "rating": {RATING}}
STATE = (sync_base, sync_conflict, sync_parked, sync_absent)


def full(register: Register) -> None:
    """Give the mentor a value in every place that holds one."""
    people = {one.key: one for one in records()}
    name, email, phone, ref, job, text = CANARIES[:6]
    register.save([
        people[MENTOR].model_copy(update={
            "name": name, "email": email, "phone": phone, "ref": ref, "job_title": job, "motivation": text,
            "share_phone": True,
        }),
        people[OTHER].model_copy(update={"manager": MENTOR}),
        people[MEETING].model_copy(update={"notes": text}),
        ClubSession(key=SESSION, date=dt.date(2026, 10, 1), coach=MENTOR, attendees={MENTOR, OTHER}),
        SpeedDating(key=DATING, date=dt.date(2026, 9, 1), attendees={MENTOR, MENTEE}),
        Rating(key=RATING, speed_dating=DATING, rater=MENTEE, rated=MENTOR, rank="yes"),
        Contribution(key=HOURS, person=MENTOR, date=dt.date(2026, 9, 1), category="workshop", minutes=60),
    ])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Both sides in files, in step, with a value of the mentor's in every place; then let go of by every process."""
    vault = Vault([SecretStr(Fernet.generate_key().decode())])
    crm = SandboxCrm.open(str(tmp_path / "crm.db"))
    with Register.open(url(tmp_path), vault=vault, create=True) as register:
        register.save(records())
        state = State(register, Digests(b"secret"))
        Cycle(register, crm, state, caps=NO_CAPS).run()
        full(register)
        Cycle(register, crm, state, caps=NO_CAPS).run()
        staff, pair = crm.as_staff(), BY_KIND["pair"].external_id(PAIR)
        staff.note("x_mentoring_pair", pair, CANARIES[6])
        staff.mark_done(staff.schedule("x_mentoring_pair", pair, "mail.mail_activity_data_call", "Call", "2026-12-01"),
                        CANARIES[7])
        staff.create("x_mentoring_contribution", x_partner_id=BY_KIND["person"].external_id(MENTOR),
                     x_date="2026-09-02", x_category="workshop", x_minutes=5)
    crm.close()
    return tmp_path


def url(folder: Path) -> str:
    """The register's address."""
    return f"sqlite:///{folder / 'register.db'}"


def erase(folder: Path, fate: Fate | None = None) -> Any:
    """Erase the mentor as a new process does, which may be fated to die."""
    fate = fate or Fate()
    crm = SandboxCrm.open(str(folder / "crm.db"))
    try:
        with MortalRegister.opened(url(folder), fate) as register:
            return Eraser(register, MortalCrm(crm, fate), State(register, Digests(b"secret"))).erase(ROOT)
    finally:
        crm.close()


def end(folder: Path) -> tuple[Any, ...]:
    """Tell how both sides stand: their records, what is remembered, what is bound."""
    crm = SandboxCrm.open(str(folder / "crm.db"))
    with Register.open(url(folder)) as register, register.transaction() as tx:
        state = [sorted(map(str, tx.connection.execute(select(t.c.kind, t.c.key)))) for t in (*STATE, tombstone)]
        kinds = ("club_session", "speed_dating", *GONE)
        held = {kind: sorted(map(str, register.all(kind))) for kind in kinds}
        bound = [sorted(crm.bindings(entity.model)) for entity in BY_KIND.values()]
        shredded = tx.connection.execute(select(vault_key.c.key).where(vault_key.c.wrapped.is_(None))).scalars().all()
        runs = State(register, Digests(b"secret")).last_runs(9)
        images = [i.key for run in runs for i in images_of(State(register, Digests(b"secret")), run["run"])]
    crm.close()
    return held, state, bound, sorted(map(str, shredded)), sorted(map(str, images))


def test_nothing_of_the_person_is_left_in_either_file(folder: Path) -> None:
    """Before, every value stands in a file of the sides, or is sealed; after, in none, nor in a log beside it."""
    held = b"".join(file.read_bytes() for file in folder.iterdir())
    assert [c for c in CANARIES if c.encode() not in held] == [CANARIES[5]], "the sealed text alone is not in clear"
    with Register.open(url(folder)) as other:  # while another process has it open, the log is not folded in by itself
        other.count("person")
        erased = erase(folder)
        left = b"".join(file.read_bytes() for file in folder.iterdir())
    assert erased.register == {kind: len(keys) for kind, keys in GONE.items()}
    assert (erased.kept, set(erased.crm)) == ((), {"erased"})
    assert [c for c in CANARIES if c.encode() in left] == []


def test_what_needs_the_person_goes_and_others_lose_the_link(folder: Path) -> None:
    """Pairs, texts' keys, images and the sync's memory go; a session keeps its other attendees, colleagues stay."""
    erase(folder)
    held, (*state, _), _, shredded, images = end(folder)
    gone = {str(one) for keys in GONE.values() for one in keys}
    assert not any(held[kind] for kind in GONE if kind != "person")
    assert shredded == sorted(map(str, (MENTOR, PAIR)))
    assert not [row for rows in state for row in rows for one in gone if one in row]
    assert not gone & set(images)
    with Register.open(url(folder)) as register:
        session, dating, other = (
            register.get("club_session", SESSION), register.get("speed_dating", DATING), register.get("person", OTHER)
        )
    assert isinstance(session, ClubSession)
    assert (session.coach, session.attendees) == (None, {OTHER})
    assert isinstance(dating, SpeedDating)
    assert (dating.attendees, getattr(other, "manager", MENTOR)) == ({MENTEE}, None)


def test_a_sync_after_it_has_nothing_to_do(folder: Path) -> None:
    """Both sides agree, on a full comparison too, and nothing waits."""
    erase(folder)
    crm = SandboxCrm.open(str(folder / "crm.db"))
    with Register.open(url(folder)) as register:
        cycle = Cycle(register, crm, State(register, Digests(b"secret")), caps=NO_CAPS)
        cycle.run()
        plan = cycle.plan(full=True).plan
    assert (plan.changes, plan.conflicts, plan.parked) == ([], [], [])
    crm.close()


def test_a_crm_restored_from_a_backup_brings_nobody_back(folder: Path) -> None:
    """What it still holds of the person is set aside as erased, never taken in; erasing again takes it out."""
    before = SandboxCrm.open(str(folder / "crm.db"))
    taken = before.backup()
    before.close()
    erase(folder)
    crm = SandboxCrm.open(str(folder / "crm.db"))
    crm.restore(taken)
    with Register.open(url(folder)) as register:
        state = State(register, Digests(b"secret"))
        cycle = Cycle(register, crm, state, caps=NO_CAPS)
        planned = cycle.plan(full=True)
        cycle.run(approve=planned.plan.hash)
        assert {(row["kind"], row["code"]) for row in state.parked() if row["key"] in {MENTOR, PAIR, key(21)}} == {
            (kind, "erased") for kind in ("person", "card", "mentor", "pair")
        }
        assert (register.get("person", MENTOR), register.get("mentor", key(21))) == (None, None)
        Eraser(register, crm, state).erase(ROOT)
        cycle.run()
        assert [row for row in state.parked() if row["code"] == "erased"] == []
    crm.close()


def test_a_reference_stays_taken(folder: Path) -> None:
    """The tombstones know the key, and the reference by its digest alone; another reference is free."""
    erase(folder)
    with Register.open(url(folder)) as register:
        taken = refused_refs(register, Digests(b"secret"))
        assert MENTOR in buried(register, "person")
        asked = ("person", "m-canari"), ("pair", "m-canari"), ("person", "m-autre")
        assert [taken(*one) for one in asked] == [True, False, False]
        assert refused_refs(register, Digests(b"other"))("person", "m-canari") is False


def test_an_erasure_that_dies_anywhere_ends_the_same(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before or after each call and each commit: run again, both sides and the memory stand as after a whole run."""
    fresh = {file.name: file.read_bytes() for file in folder.iterdir()}

    def again() -> Path:
        place = tmp_path_factory.mktemp("again")
        for name, content in fresh.items():
            (place / name).write_bytes(content)
        return place

    whole, fate = again(), Fate()
    erase(whole, fate)
    steps: list[tuple[Step, bool]] = [(step, done) for step in fate.steps for done in (False, True)]
    assert {step.what for step, _ in steps} >= {COMMIT, "erase "}
    for step, done in steps:
        place = again()
        with pytest.raises(Died):
            erase(place, Fate(step, done=done))
        with Register.open(url(place)) as register:
            let_the_lease_run_out(register)
        erase(place)
        assert end(place) == end(whole), (step, done)


def test_while_an_erasure_is_broken_off_no_sync_touches_the_person(folder: Path) -> None:
    """Noted first, the erasure beats every edit: neither side's is carried, and the person is set aside."""
    first = next(step for step in _steps(folder) if step.what == "erase ")
    with pytest.raises(Died):
        erase(folder, Fate(first))
    crm = SandboxCrm.open(str(folder / "crm.db"))
    with Register.open(url(folder)) as register:
        let_the_lease_run_out(register)
        crm.as_staff().write("res.partner", BY_KIND["person"].external_id(MENTOR), function="Autre")
        state = State(register, Digests(b"secret"))
        Cycle(register, crm, state, caps=NO_CAPS).run()
        assert ("person", MENTOR, "erased") in {(row["kind"], row["key"], row["code"]) for row in state.parked()}
        assert getattr(register.get("person", MENTOR), "job_title", "") == CANARIES[4]
    crm.close()


def _steps(folder: Path) -> list[Step]:
    """Count the steps of an erasure, on a copy."""
    copy = folder / "copy"
    copy.mkdir()
    for file in list(folder.iterdir()):
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    fate = Fate()
    erase(copy, fate)
    return list(fate.steps)


def test_looking_changes_nothing(folder: Path) -> None:
    """A dry run counts both sides and leaves each file's records as they were."""
    before = end(folder)
    crm = SandboxCrm.open(str(folder / "crm.db"))
    with Register.open(url(folder)) as register:
        seen = Eraser(register, crm, State(register, Digests(b"secret"))).look(ROOT)
    crm.close()
    assert (seen.dry_run, seen.register["person"], seen.crm["bound"]) == (True, 1, 8)
    assert end(folder) == before
    with closing(sqlite3.connect(folder / "register.db")) as db:
        assert db.execute("SELECT count(*) FROM tombstone").fetchone() == (0,)
