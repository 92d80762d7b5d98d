"""The guard between plan and apply: what is too much to do without a person's word."""

from __future__ import annotations

from dataclasses import dataclass

from sync_jobs.engine.plan import Direction, Operation, Plan


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one sync may change unasked. ``share`` is the part (0 to 1) of the records already in step."""

    creates: int = 2000
    updates: int = 2000
    archives: int = 25
    share: float = 0.3


_FEW = 20
"""Below this many records in step a share says nothing."""


def reasons_to_ask(plan: Plan, caps: Caps, bound: int) -> list[str]:
    """Say, in words for a person, why this plan needs approval; an empty list lets it pass.

    ``bound`` is the number of records that both sides last agreed on.
    """
    reasons: list[str] = []
    for direction in Direction:
        creates = plan.count(direction, Operation.CREATE)
        updates = plan.count(direction, Operation.UPDATE)
        archives = plan.count(direction, Operation.ARCHIVE, Operation.MERGE)
        for what, number, cap in (
            ("created", creates, caps.creates),
            ("updated", updates, caps.updates),
            ("archived", archives, caps.archives),
        ):
            if number > cap:
                reasons.append(f"{number} records would be {what} on the side of the {direction}; the cap is {cap}")
        if bound >= _FEW and updates + archives > caps.share * bound:
            reasons.append(
                f"{updates + archives} of {bound} records would change on the side of the {direction}; "
                f"the cap is {caps.share:.0%}"
            )
    return reasons
