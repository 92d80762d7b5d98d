"""How one field is judged: the whole table, and its symmetries."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.base import Policy
from sync_jobs.engine.merge import Verdict, judge, merge_field

AGREED, LOCAL, REMOTE, CONFLICT = Verdict.AGREED, Verdict.TAKE_LOCAL, Verdict.TAKE_REMOTE, Verdict.CONFLICT
DIGESTS = st.sampled_from(["a", "b", "c", "d"])
MIRRORED = {AGREED: AGREED, LOCAL: REMOTE, REMOTE: LOCAL, CONFLICT: CONFLICT}
OTHER_SIDE = {Policy.REGISTER: Policy.CRM, Policy.CRM: Policy.REGISTER, Policy.BOTH: Policy.BOTH}


@pytest.mark.parametrize(("base", "local", "remote", "verdict"), [
    ("a", "a", "a", AGREED), ("a", "b", "b", AGREED), ("a", "b", "a", LOCAL), ("a", "a", "b", REMOTE),
    ("a", "b", "c", CONFLICT),
])
def test_three_ways(base: str, local: str, remote: str, verdict: Verdict) -> None:
    """Who changed it is taken; both alike agree; both differently conflict."""
    assert merge_field(base, local, remote) is verdict


@pytest.mark.parametrize("base", ["a", "b", "c", None])
@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("blank", [False, True])
def test_equal_sides_agree_whatever_else(policy: Policy, base: str | None, blank: bool) -> None:
    """Where both sides have the same there is nothing to do, under every policy and base."""
    assert judge(policy, base, "b", "b", local_blank=blank, remote_blank=blank) is AGREED


@pytest.mark.parametrize("sides", [("b", "a"), ("a", "b"), ("b", "c")])
@pytest.mark.parametrize("base", ["a", None])
@pytest.mark.parametrize("blanks", list(product([False, True], repeat=2)))
@pytest.mark.parametrize(("policy", "verdict"), [(Policy.REGISTER, LOCAL), (Policy.CRM, REMOTE)])
def test_an_owner_has_the_last_word(
    policy: Policy, verdict: Verdict, blanks: tuple[bool, bool], base: str | None, sides: tuple[str, str],
) -> None:
    """An owned field takes the owner's value, blank or not, whoever changed it and with or without a base."""
    assert judge(policy, base, *sides, local_blank=blanks[0], remote_blank=blanks[1]) is verdict


# base, local, remote (a is the base, - is blank), then what two-way and unless-blank make of it
TABLE = [
    ("a", "b", "a", LOCAL, LOCAL), ("a", "-", "a", LOCAL, LOCAL), ("-", "b", "-", LOCAL, LOCAL),
    ("a", "a", "b", REMOTE, REMOTE), ("a", "a", "-", REMOTE, REMOTE), ("-", "-", "b", REMOTE, REMOTE),
    ("a", "b", "c", CONFLICT, LOCAL), ("-", "b", "c", CONFLICT, LOCAL),
    ("a", "b", "-", CONFLICT, LOCAL), ("a", "-", "b", CONFLICT, REMOTE),
    (None, "b", "c", CONFLICT, LOCAL), (None, "b", "-", LOCAL, LOCAL), (None, "-", "b", REMOTE, REMOTE),
]


@pytest.mark.parametrize(("base", "local", "remote", "both", "unless_blank"), TABLE)
def test_the_table_of_two_way_fields(
    base: str | None, local: str, remote: str, both: Verdict, unless_blank: Verdict,
) -> None:
    """Two-way fields follow the change; without a base a blank side takes the other's; else a person decides."""
    blanks = {"local_blank": local == "-", "remote_blank": remote == "-"}
    assert judge(Policy.BOTH, base, local, remote, **blanks) is both
    assert judge(Policy.UNLESS_BLANK, base, local, remote, **blanks) is unless_blank


def test_the_table_is_complete() -> None:
    """Every case of base, local and remote that differs is in the table."""
    def shape(base: str | None, local: str, remote: str) -> tuple[object, ...]:
        return base is None, base == "-", local == base, remote == base, local == "-", remote == "-"

    every = {
        shape(base, local, remote)
        for base, local, remote in product(["a", "-", None], ["a", "b", "-"], ["a", "b", "c", "-"]) if local != remote
    }
    assert every == {shape(base, local, remote) for base, local, remote, *_ in TABLE}


@given(DIGESTS, DIGESTS, DIGESTS)
def test_swapping_the_sides_mirrors_the_verdict(base: str, local: str, remote: str) -> None:
    """The merge has no favourite side."""
    assert merge_field(base, remote, local) is MIRRORED[merge_field(base, local, remote)]


@given(st.sampled_from(sorted(OTHER_SIDE)), st.none() | DIGESTS, DIGESTS, DIGESTS, st.sampled_from(["a", "none"]))
def test_swapping_the_sides_and_the_owner_mirrors_the_judgement(
    policy: Policy, base: str | None, local: str, remote: str, blank: str,
) -> None:
    """Seen from the other side, with the other owner, the judgement is the mirrored one."""
    here = judge(policy, base, local, remote, local_blank=local == blank, remote_blank=remote == blank)
    there = judge(
        OTHER_SIDE[policy], base, remote, local, local_blank=remote == blank, remote_blank=local == blank)
    assert there is MIRRORED[here]


@given(st.sampled_from(list(Policy)), st.none() | DIGESTS, DIGESTS, DIGESTS, st.sampled_from(["a", "none"]))
def test_once_followed_a_verdict_is_agreed(
    policy: Policy, base: str | None, local: str, remote: str, blank: str,
) -> None:
    """Doing what the verdict says leaves both sides equal, and the next judgement has nothing to do."""
    verdict = judge(policy, base, local, remote, local_blank=local == blank, remote_blank=remote == blank)
    if verdict is not CONFLICT:
        taken = remote if verdict is REMOTE else local
        assert judge(policy, taken, taken, taken, local_blank=taken == blank, remote_blank=taken == blank) is AGREED


@given(DIGESTS, DIGESTS, DIGESTS, st.booleans(), st.booleans())
def test_only_two_way_fields_conflict(base: str, local: str, remote: str, one: bool, other: bool) -> None:
    """Wherever the policy names whose word counts, no person is asked."""
    for policy in set(Policy) - {Policy.BOTH}:
        assert judge(policy, base, local, remote, local_blank=one, remote_blank=other) is not CONFLICT


@given(DIGESTS, DIGESTS)
def test_an_unchanged_side_never_wins_over_a_changed_one(base: str, changed: str) -> None:
    """A two-way field that one side left alone takes the other's change: no edit is lost."""
    if changed != base:
        for policy in (Policy.BOTH, Policy.UNLESS_BLANK):
            assert judge(policy, base, changed, base, local_blank=False, remote_blank=False) is LOCAL
            assert judge(policy, base, base, changed, local_blank=False, remote_blank=False) is REMOTE
