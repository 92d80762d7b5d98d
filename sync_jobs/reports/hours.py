"""A year's volunteer time: what was confirmed counts; what is only declared, or only met, stands apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import Any

from connector.register.repository import Register
from mappings.records import Contribution, Key, Meeting, Pair
from mappings.vocabulary import Category, ContributionState, MeetingState

Minutes = Mapping[tuple[Category, int], int]
"""Minutes by category and month, 1 to 12."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Hours:
    """One year's figures. Only ``confirmed`` counts; nothing is in two of the three.

    ``met``: minutes of held meetings by month, of mentors who noted no mentoring of their own that year. A mentor who
    did has told them there, so they are not told again.
    """

    year: int
    confirmed: Minutes
    declared: Minutes
    met: Mapping[int, int]
    volunteers: int
    """Distinct people with confirmed time."""
    volunteers_of: Mapping[Category, int]

    @property
    def total(self) -> int:
        """Give the confirmed minutes of the year."""
        return sum(self.confirmed.values())

    def of_category(self, category: Category, of: Minutes | None = None) -> int:
        """Give a category's minutes, confirmed ones unless told otherwise."""
        return sum(minutes for (one, _), minutes in (self.confirmed if of is None else of).items() if one is category)

    def of_month(self, month: int) -> int:
        """Give a month's confirmed minutes."""
        return sum(minutes for (_, one), minutes in self.confirmed.items() if one == month)

    def document(self) -> dict[str, Any]:
        """Give it for a JSON document: minutes, which are exact."""
        return {
            "year": self.year, "volunteers": self.volunteers, "confirmed_minutes": self.total,
            "declared_minutes": sum(self.declared.values()), "meeting_minutes_apart": sum(self.met.values()),
            "categories": {
                str(category): {
                    "confirmed_minutes": self.of_category(category),
                    "declared_minutes": self.of_category(category, self.declared),
                    "volunteers": self.volunteers_of.get(category, 0),
                    "months": [self.confirmed.get((category, month), 0) for month in range(1, 13)],
                }
                for category in Category
            },
        }


@dataclass(frozen=True, slots=True)
class Worth:
    """What the year's time would have cost, for the accounts of contributions in kind; nobody is invoiced."""

    rate: Decimal
    amount: Decimal

    def document(self) -> dict[str, str]:
        """Give it for a JSON document: the charge and the contribution are the same amount."""
        return {"rate": str(self.rate), "864": str(self.amount), "875": str(self.amount)}


def worth(hours: Hours, rate: Decimal) -> Worth:
    """Value the confirmed time at a rate in euros an hour, rounded once, to the cent."""
    return Worth(rate, (Decimal(hours.total) * rate / 60).quantize(_CENT, ROUND_HALF_UP))


def hours_of(register: Register, year: int) -> Hours:
    """Add up a year of the register, as it stands at one moment. What is archived does not count."""
    with register.transaction(reads_only=True):
        given = [one for one in register.all("contribution")
                 if isinstance(one, Contribution) and one.active and one.date.year == year]
        pairs = {one.key: one.mentor for one in register.all("pair") if isinstance(one, Pair)}
        meetings = [one for one in register.all("meeting") if isinstance(one, Meeting)]
    noted = {one.person for one in given if one.category is Category.MENTORING}
    met: defaultdict[int, int] = defaultdict(int)
    for meeting in meetings:
        held = meeting.active and meeting.state is MeetingState.HELD and meeting.date.year == year
        if held and pairs[meeting.pair] not in noted:
            met[meeting.date.month] += meeting.minutes
    confirmed = [one for one in given if one.state is ContributionState.CONFIRMED]
    people: defaultdict[Category, set[Key]] = defaultdict(set)
    for one in confirmed:
        people[one.category].add(one.person)
    return Hours(
        year, _minutes(confirmed), _minutes(one for one in given if one.state is ContributionState.DECLARED), dict(met),
        len(set(chain.from_iterable(people.values()))), {category: len(found) for category, found in people.items()},
    )


def _minutes(given: Iterable[Contribution]) -> Minutes:
    added: defaultdict[tuple[Category, int], int] = defaultdict(int)
    for one in given:
        added[one.category, one.date.month] += one.minutes
    return dict(added)
