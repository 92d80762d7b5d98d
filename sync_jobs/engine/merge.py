"""The three-way merge of one field, and whose word counts when both sides changed it."""

from __future__ import annotations

from enum import StrEnum

from mappings.base import Policy
from sync_jobs.engine.ports import Digest


class Verdict(StrEnum):
    """What is to happen with one field."""

    AGREED = "agreed"
    TAKE_LOCAL = "take_local"
    TAKE_REMOTE = "take_remote"
    CONFLICT = "conflict"


def merge_field(base: Digest, local: Digest, remote: Digest) -> Verdict:
    """Judge one field against the value that both sides last agreed on."""
    if local == remote:
        return Verdict.AGREED
    match (local != base, remote != base):
        case (True, False):
            return Verdict.TAKE_LOCAL
        case (False, True):
            return Verdict.TAKE_REMOTE
        case _:
            return Verdict.CONFLICT


def judge(
    policy: Policy, base: Digest | None, local: Digest, remote: Digest, *, local_blank: bool, remote_blank: bool
) -> Verdict:
    """Judge one field under its policy. ``base=None``: the two sides never agreed on it yet.

    Without a base nothing says who changed what: a blank side takes the other's value, two different values are a
    conflict that a person decides.
    """
    if local == remote:
        return Verdict.AGREED
    if policy is Policy.REGISTER:
        return Verdict.TAKE_LOCAL
    if policy is Policy.CRM:
        return Verdict.TAKE_REMOTE
    if base is not None:
        verdict = merge_field(base, local, remote)
    elif local_blank or remote_blank:
        verdict = Verdict.TAKE_REMOTE if local_blank else Verdict.TAKE_LOCAL
    else:
        verdict = Verdict.CONFLICT
    if verdict is Verdict.CONFLICT and policy is Policy.UNLESS_BLANK:
        return Verdict.TAKE_REMOTE if local_blank else Verdict.TAKE_LOCAL
    return verdict
