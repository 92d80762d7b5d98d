"""Whatever people do on both sides, and wherever a sync breaks off: nothing lost, nothing doubled, nothing leaked."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.crm.sandbox import SandboxCrm
from connector.register.repository import Register
from mappings.records import Key, Organisation, Person
from sync_jobs.cycle import Cycle
from sync_jobs.engine.guard import Caps
from sync_jobs.digests import Digests
from sync_jobs.state import State
from tests.property.strategies import key

PEOPLE = (key(1), key(2))
COMPANY = key(9)
COLUMNS = {"name": "name", "job_title": "function", "email": "email"}
NO_CAPS = Caps(10**6, 10**6, 10**6, 1.0)
STEPS = st.lists(st.one_of(
    st.tuples(st.just("register"), st.sampled_from(PEOPLE), st.sampled_from(sorted(COLUMNS))),
    st.tuples(st.just("staff"), st.sampled_from(PEOPLE), st.sampled_from(["name", "job_title"])),
    st.tuples(st.just("consent"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("card"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("profile"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("wait"), st.sampled_from([1, 20])),
    st.tuples(st.just("sync")),
    st.tuples(st.just("broken sync"), st.integers(1, 30), st.booleans()),
), max_size=12)


class Broken(Exception):
    """The line to the CRM broke."""


class BreakingCrm:
    """A CRM whose line breaks at the n-th call: before it arrives there, or after."""

    def __init__(self, crm: SandboxCrm, at: int, *, arrives: bool) -> None:
        self._crm, self._left, self._arrives = crm, at, arrives

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._crm, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                if self._arrives:
                    found(*arguments, **named)
                raise Broken
            return found(*arguments, **named)

        return call


class World:
    """A register, a CRM and what people did to them."""

    def __init__(self, register: Register, crm: SandboxCrm, clock: Clock) -> None:
        self.register, self.crm, self.clock = register, crm, clock
        self.state, self.staff = State(register, Digests(b"secret")), crm.as_staff()
        self.touched: dict[tuple[Key, str], dict[str, str]] = {}
        self.contested: set[tuple[Key, str]] = set()
        self.expected: dict[tuple[Key, str], str] = {}
        self.sent: set[str] = set()
        register.save([Organisation(key=COMPANY, name="Firm")])
        register.save([
            Person(key=one, name=f"Person {number}", email=f"person{number}@x.fr", share_email=bool(number))
            for number, one in enumerate(PEOPLE)
        ])
        self.sent.update(f"person{number}@x.fr" for number in range(len(PEOPLE)))

    def cycle(self, crm: Any = None) -> Cycle:
        """Make a cycle, as a new process does."""
        return Cycle(self.register, crm or self.crm, self.state, caps=NO_CAPS)

    def do(self, number: int, step: tuple[Any, ...]) -> None:
        """Let people do one thing, or a sync run."""
        match step:
            case "register", of, field:
                value = f"r{number}@x.fr" if field == "email" else f"register {number}"
                self._edit(of, field, "register", value)
                self._change(of, **{field: value})
            case "staff", of, field if self._there("res.partner", "person", of):
                self._edit(of, field, "staff", f"staff {number}")
                self.staff.write("res.partner", _name("person", of), **{COLUMNS[field]: f"staff {number}"})
            case "consent", of, shares:
                self._change(of, share_email=shares)
            case "card", of, shares if self._there("x_mentoring_card", "card", of):
                self.staff.write("x_mentoring_card", _name("card", of), x_share_email=shares)
            case "profile", of if self._there("res.partner", "person", of):
                new = {"x_partner_id": _name("person", of), "x_role": "mentor", "x_state": "active"}
                self.staff.create("x_mentoring_profile", **new)
            case "wait", minutes:
                self.clock.now += dt.timedelta(minutes=minutes)
            case ("sync",):
                self.sync()
            case "broken sync", at, arrives:
                with suppress(Broken):
                    self.sync(BreakingCrm(self.crm, at, arrives=arrives))

    def sync(self, crm: Any = None) -> None:
        """Run a cycle; once it ends, later edits are compared with what it left."""
        self.cycle(crm).run()
        self.contested |= {at for at, sides in self.touched.items() if len(sides) > 1}
        self.touched.clear()

    def _edit(self, of: Key, field: str, side: str, value: str) -> None:
        self.touched.setdefault((of, field), {})[side] = value
        self.expected[of, field] = value
        self.sent.add(value)

    def _change(self, of: Key, **more: Any) -> None:
        record = self.register.get("person", of)
        assert record is not None
        self.register.save([record.model_copy(update=more)])

    def _there(self, model: str, kind: str, of: Key) -> bool:
        return bool(self.crm.read(model, ("x_name",) if kind == "card" else ("name",), [_name(kind, of)]).rows)

    def contact(self, of: Key) -> dict[str, Any]:
        """Give what employees see of a person."""
        (row,) = self.crm.read("res.partner", tuple(COLUMNS.values()), [_name("person", of)]).rows
        return dict(row.values)


class Clock:
    """The CRM's clock: a second a question."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now


def _name(kind: str, of: Key) -> str:
    return f"binome.{kind}_{of.hex}"


@contextmanager
def a_world() -> Iterator[World]:
    """Make both sides anew, and let go of them."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        crm = SandboxCrm.open(clock=clock)
        with Register.open(f"sqlite:///{Path(folder) / 'register.db'}", create=True) as register:
            try:
                yield World(register, crm, clock)
            finally:
                crm.close()


@settings(max_examples=max(20, settings().max_examples // 4))
@given(STEPS)
def test_any_history_ends_in_step(steps: list[tuple[Any, ...]]) -> None:
    """After any edits, consents and broken syncs, one good sync leaves both sides as they should be."""
    with a_world() as world:
        for number, step in enumerate(steps):
            world.do(number, step)
        world.clock.now += dt.timedelta(minutes=20)
        world.sync()
        world.clock.now += dt.timedelta(minutes=20)

        assert world.cycle().plan().plan.changes == [], "a second run plans something"
        whole = world.cycle().plan(full=True).plan
        assert whole.changes == [], "something fell behind the cursors"
        stored = {(row["kind"], row["key"], row["field"]) for row in world.state.conflicts()}
        assert {(c.kind, c.key, c.field) for c in whole.conflicts} == stored

        for (of, field), value in world.expected.items():
            if (of, field) not in world.contested and field != "email":
                assert getattr(world.register.get("person", of), field) == value, "an edit was lost here"
                assert world.contact(of)[COLUMNS[field]] == value, "an edit was lost there"
        for of in PEOPLE:
            person = world.register.get("person", of)
            assert isinstance(person, Person)
            assert person.share_email or world.contact(of)["email"] not in world.sent, "an address leaked"

        profiles = world.crm.changed("x_mentoring_profile", ("x_role",), None).rows
        assert len(profiles) == world.register.count("mentor"), "a newcomer was lost or doubled"
        assert len(world.crm.bindings("res.partner")) == len(PEOPLE) + 1, "a contact was doubled"


def every_break(steps: tuple[tuple[Any, ...], ...], *, arrives: bool) -> Iterator[World]:
    """Give, for each call of a sync in turn, a world where people took steps and the sync broke off at that call."""
    for at in count(1):
        with a_world() as world:
            world.sync()
            for step in steps:
                world.do(7, step)
            try:
                world.sync(BreakingCrm(world.crm, at, arrives=arrives))
            except Broken:
                yield world
            else:
                assert at > 10, "the sync made no calls"
                return


@pytest.mark.parametrize("arrives", [False, True])
def test_a_consent_withdrawn_after_a_crash_is_heeded(arrives: bool) -> None:
    """A sync that sends a shared address breaks off at any call; the consent withdrawn meanwhile, it is taken back."""
    for world in every_break((("consent", PEOPLE[0], True),), arrives=arrives):
        world.do(8, ("consent", PEOPLE[0], False))
        world.clock.now += dt.timedelta(minutes=20)
        world.sync()
        assert world.contact(PEOPLE[0])["email"] is False


def test_a_consent_withdrawn_in_the_crm_counts_before_anything_leaves() -> None:
    """Staff record the withdrawal while the register has a new address: the sync never writes it on the contact."""
    class Watching(BreakingCrm):
        """Reads along what is written on contacts."""

        def apply(self, payloads: Any) -> Any:
            contacts = [payload for payload in payloads if payload.model == "res.partner"]
            seen.extend(payload.values.get("email") for payload in contacts)
            return self._crm.apply(payloads)

    seen: list[Any] = []
    with a_world() as world:
        world.sync()
        world.do(1, ("register", PEOPLE[1], "email"))
        world.do(2, ("card", PEOPLE[1], False))
        world.sync(Watching(world.crm, 0, arrives=True))
        assert "r1@x.fr" not in seen
        assert world.contact(PEOPLE[1])["email"] is False


@pytest.mark.parametrize("arrives", [False, True])
def test_an_outage_at_any_call_ends_in_the_same_state(arrives: bool) -> None:
    """An edit on each side and a newcomer, a sync that breaks off at any call, and one more: always the same end."""
    edits = (
        ("register", PEOPLE[1], "email"), ("register", PEOPLE[0], "job_title"), ("staff", PEOPLE[1], "name"),
        ("profile", PEOPLE[0]),
    )
    for world in every_break(edits, arrives=arrives):
        world.sync()
        one, other = world.register.get("person", PEOPLE[0]), world.register.get("person", PEOPLE[1])
        assert isinstance(one, Person)
        assert isinstance(other, Person)
        assert (other.email, one.job_title, other.name) == ("r7@x.fr", "register 7", "staff 7")
        assert world.contact(PEOPLE[1])["email"] == "r7@x.fr"
        assert world.contact(PEOPLE[0])["function"] == "register 7"
        assert world.state.conflicts() == world.state.parked() == []
        assert world.register.count("mentor") == 1
        assert world.cycle().plan(full=True).plan.changes == []
