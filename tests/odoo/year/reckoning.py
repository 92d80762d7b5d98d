"""What the year must come to, counted from the script alone, with no line of Binôme's."""

from __future__ import annotations

from collections import Counter

from .script import (
    DECLINED, ENDS, LAST_DAY, NEVER_SIGNS, PAIRS, RENEWED_ON, YEAR, begins, hours, meetings,
)

CONFIRMED_BEFORE = (YEAR, 12, 1)


def pairs() -> Counter[str]:
    """Count the pairs by their state on the last day."""
    def state(pair: int) -> str:
        if pair in DECLINED:
            return "declined"
        if begins(pair) is None:
            return "charter_pending"
        return "ended" if pair in ENDS else "active"

    return Counter(map(state, range(1, PAIRS + 1)))


def met() -> dict[str, int]:
    """Count the meetings that were held, and their minutes."""
    held = [one for pair in range(1, PAIRS + 1) for one in meetings(pair) if one["state"] == "held"]
    return {"meetings": len(held), "minutes": sum(one["minutes"] for one in held)}


def confirmed() -> list[dict[str, object]]:
    """List the hours that somebody confirmed by the end of the year."""
    return [given for day, given in hours() if (day.year, day.month, day.day) < CONFIRMED_BEFORE]


def minutes_by(what: str) -> Counter[object]:
    """Add up the confirmed minutes by category, by month or by mentor."""
    total: Counter[object] = Counter()
    for given in confirmed():
        total[given["date"].month if what == "month" else given[what]] += given["minutes"]  # type: ignore[attr-defined,operator]
    return total


def charters() -> Counter[str]:
    """Count the charters by their state on the last day."""
    count: Counter[str] = Counter()
    for pair in range(1, PAIRS + 1):
        if pair in DECLINED:
            continue
        end, code = ENDS.get(pair, (LAST_DAY, ""))
        if end <= RENEWED_ON:
            count["terminated" if code.startswith("early") else "signed"] += 1
        else:
            count["superseded"] += 1
            count["signed" if pair % 2 == 0 and pair not in NEVER_SIGNS else "draft"] += 1
    return count
