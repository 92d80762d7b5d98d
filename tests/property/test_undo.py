"""Whatever people did, and wherever an undo or the run before it broke off: what was taken back stands as it did."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.catalogue import CATALOGUE
from mappings.records import Key, Person
from sync_jobs.images import images_of
from sync_jobs.undo import Outcome, Undo
from tests.property.test_cycle import COLUMNS, COMPANY, PEOPLE, BreakingCrm, Broken, World, a_world

At = tuple[str, Key, str]
EDITS = st.lists(st.one_of(
    st.tuples(st.just("register"), st.sampled_from(PEOPLE), st.sampled_from(sorted(COLUMNS))),
    st.tuples(st.just("staff"), st.sampled_from(PEOPLE), st.sampled_from(["name", "job_title"])),
    st.tuples(st.just("consent"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("card"), st.sampled_from(PEOPLE), st.booleans()),
    st.tuples(st.just("profile"), st.sampled_from(PEOPLE)),
), max_size=6)
GOVERNED = ("email", "phone", "roles")
USUAL = (
    ("register", PEOPLE[1], "email"), ("register", PEOPLE[0], "job_title"), ("staff", PEOPLE[1], "name"),
    ("consent", PEOPLE[0], True), ("profile", PEOPLE[0]),
)


def stands(world: World) -> dict[At, tuple[Any, Any]]:
    """Give what stands on both sides, field by field, in the form that is compared."""
    records = {"person": PEOPLE, "organisation": (COMPANY,)}
    keys = {entity.kind: records.get(entity.record.kind, ()) for entity in CATALOGUE}
    keys["mentor"] = tuple(record.key for record in world.register.all("mentor"))
    return {
        (scope.entity.kind, key, item.field): (
            item.canonical(scope.entity.outgoing(item, record)), item.canonical(scope.remote[key].values[item.field])
        )
        for scope in world.cycle().look(keys).observation.scopes
        for key, record in scope.local.items()
        for item in scope.entity.fields
    }


def later(world: World, *steps: tuple[Any, ...], first: int = 0) -> str:
    """Let people work, then sync, and give the sync's run."""
    for number, step in enumerate(steps, first):
        world.do(number, step)
    world.clock.now += dt.timedelta(minutes=20)
    return world.cycle().run().run


def undo(world: World, run: str, crm: Any = None) -> Outcome:
    """Take a run back, as a new process does."""
    return Undo(world.register, crm or world.crm, world.state, world.cycle(crm)).take_back(run)


@settings(max_examples=max(20, settings().max_examples // 4))
@given(EDITS, EDITS)
def test_undo_restores(steps: list[tuple[Any, ...]], since: list[tuple[Any, ...]]) -> None:
    """What a sync wrote stands as before on both sides, but for what was touched since and what a consent decides."""
    with a_world() as world:
        later(world)
        before, emails = stands(world), {one: _email(world, one) for one in PEOPLE}
        run = later(world, *steps)
        after, synced = stands(world), {one: _email(world, one) for one in PEOPLE}
        conflicts = {(row["kind"], row["key"], row["field"]) for row in world.state.conflicts()}
        wrote = {(i.kind, i.key, name) for i in images_of(world.state, run) for name in i.fields}
        for number, step in enumerate(since, 100):
            world.do(number, step)
        touched = {at for at, both in stands(world).items() if both != after.get(at)}
        outcome = undo(world, run)
        now, left = stands(world), {(one.kind, one.key, one.field): one.code for one in outcome.left}

        for at, both in now.items():
            if at in touched | conflicts | set(left):
                continue
            if at not in before:
                assert at[2] != "active" or both == (False, False) or at[:2] in {one[:2] for one in touched}
            elif at in wrote:
                assert both == before[at], "what the sync wrote still stands"
            elif at[2] not in GOVERNED:
                assert both == after[at], "more than the sync wrote is gone"
        consents = any(step[0] in ("consent", "card") for step in [*steps, *since])
        for at, code in left.items():
            assert (code == "changed_since" and at in touched) or (at[2].endswith(GOVERNED) and consents), (at, code)
        for one in PEOPLE:
            assert _email(world, one) in {emails[one], synced[one]} or ("person", one, "email") in touched or (
                "card", one, "email") in touched, "an address was lost"
        later(world)
        settled = stands(world)
        lasting = [at for at in now if at not in touched and (at[2] not in GOVERNED or not consents)]
        assert [settled[at] for at in lasting] == [now[at] for at in lasting], "a sync wrote again what was taken back"


class BreakingAtWrites(BreakingCrm):
    """A CRM whose line breaks at the n-th writing call; what is read between two of them changes nothing."""

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__(name) if name in ("apply", "bind") else getattr(self._crm, name)


def _email(world: World, of: Key) -> str | None:
    person = world.register.get("person", of)
    assert isinstance(person, Person)
    return person.email


def test_an_undo_that_broke_off_at_any_call_ends_the_same() -> None:
    """An undo is broken off at each write in turn, before it arrives and after; a second one ends as one alone does."""
    for arrives in (False, True):
        for at in count(1):
            with a_world() as world:
                later(world)
                before = stands(world)
                run = later(world, *USUAL)
                try:
                    undo(world, run, BreakingAtWrites(world.crm, at, arrives=arrives))
                except Broken:
                    outcome = undo(world, run)
                else:
                    assert at > 2, "the undo wrote nothing"
                    break
                _as_it_was(world, before)
                assert outcome.left == ()


@pytest.mark.parametrize("arrives", [False, True])
def test_a_sync_that_broke_off_is_taken_back_too(arrives: bool) -> None:
    """A sync breaks off at each write in turn, another ends it; with both taken back all stands as before."""
    for at in count(1):
        with a_world() as world:
            later(world)
            before = stands(world)
            for step in USUAL[:3] + USUAL[4:]:
                world.do(7, step)
            world.clock.now += dt.timedelta(minutes=20)
            crm = BreakingAtWrites(world.crm, at, arrives=arrives)
            with suppress(Broken):
                world.sync(crm)
            later(world)
            for row in world.state.last_runs(2):
                assert undo(world, row["run"]).left == ()
            _as_it_was(world, before)
            if crm._left > 0:
                assert at > 2, "the sync wrote nothing"
                return


def _as_it_was(world: World, before: dict[At, tuple[Any, Any]]) -> None:
    """Both sides stand as before, what was created since is archived, and nothing is left to sync."""
    now = stands(world)
    assert {at: both for at, both in now.items() if at in before} == before
    assert [both for at, both in now.items() if at not in before and at[2] == "active"] == [(False, False)]
    assert world.cycle().plan(full=True).plan.changes == []
