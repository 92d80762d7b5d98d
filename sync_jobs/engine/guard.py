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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a plan needs a person's word: a code and its numbers; `words.py` puts it in a sentence.

    ``code`` is creates, updates, archives, share (``number`` of ``bound`` records, where ``cap`` is the part allowed)
    or, without numbers, maps_changed or restored.
    """

    code: str
    side: Direction | None = None
    number: int = 0
    cap: float = 0
    bound: int = 0


MAPS_CHANGED, RESTORED = Reason("maps_changed"), Reason("restored")


def reasons_to_ask(plan: Plan, caps: Caps, bound: int) -> list[Reason]:
    """Say why this plan needs approval; an empty list lets it pass.

    ``bound`` is the number of records that both sides last agreed on.
    """
    reasons: list[Reason] = []
    for side in Direction:
        creates = plan.count(side, Operation.CREATE)
        updates = plan.count(side, Operation.UPDATE)
        archives = plan.count(side, Operation.ARCHIVE, Operation.MERGE)
        counted = (
            ("creates", creates, caps.creates),
            ("updates", updates, caps.updates),
            ("archives", archives, caps.archives),
        )
        reasons += [Reason(code, side, number, cap) for code, number, cap in counted if number > cap]
        if bound >= _FEW and updates + archives > caps.share * bound:
            reasons.append(Reason("share", side, updates + archives, caps.share, bound))
    return reasons
