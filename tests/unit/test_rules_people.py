"""The rules on who may be whose mentor, each kept and each broken, and what a refusal says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import rules
from mappings.records import Mentor, Organisation, Pair
from mappings.vocabulary import PairState
from tests.property.strategies import KEYS, key
from tests.unit.rules_samples import FIRM, GROUP, MENTEE, MENTOR, TOP, VENTURE, pair, person


def companies(**parents: Any) -> dict[Any, Organisation]:
    """Make the venture, the firm, their group and its top, each with its parent."""
    by_name = {"venture": VENTURE, "firm": FIRM, "group": GROUP, "top": TOP}
    return {of: Organisation(key=of, name="Société", parent=parents.get(name)) for name, of in by_name.items()}


# 1. Two different companies


def test_1_two_companies_without_a_tie_are_fine() -> None:
    """People of two unrelated companies may be a pair."""
    rules.different_companies(person(MENTOR, FIRM), person(MENTEE, VENTURE), companies())


@pytest.mark.parametrize("parents", [
    {"firm": GROUP, "venture": GROUP},
    {"firm": VENTURE}, {"venture": FIRM},
    {"firm": GROUP, "group": TOP, "venture": TOP},
    {"firm": GROUP, "venture": TOP, "top": GROUP},
    {"firm": VENTURE, "venture": FIRM},
    {"firm": GROUP, "group": FIRM, "venture": GROUP},
], ids=["common parent", "parent", "subsidiary", "common grandparent", "uncle", "loop of two", "loop above"])
def test_1_companies_of_one_group_are_refused(parents: dict[str, Any]) -> None:
    """A common ancestor, however far up, makes two companies one group; so does a loop of parents."""
    with pytest.raises(rules.SameCompany):
        rules.different_companies(person(MENTOR, FIRM), person(MENTEE, VENTURE), companies(**parents))


@pytest.mark.parametrize("parents", [
    {"firm": FIRM, "venture": VENTURE}, {"firm": GROUP, "group": FIRM, "venture": TOP, "top": VENTURE},
], ids=["own parent", "loop each"])
def test_1_loops_of_parents_end(parents: dict[str, Any]) -> None:
    """Parents that go round in circles are followed once, and tie nobody who is not in the circle."""
    rules.different_companies(person(MENTOR, FIRM), person(MENTEE, VENTURE), companies(**parents))


def test_1_the_same_company_is_refused_even_if_unknown() -> None:
    """Two people of one company are refused although nothing is known of it."""
    with pytest.raises(rules.SameCompany):
        rules.different_companies(person(MENTOR, FIRM), person(MENTEE, FIRM), {})


def test_1_no_company_is_not_a_common_company() -> None:
    """People without a company do not belong to the same one."""
    rules.different_companies(person(MENTOR), person(MENTEE), companies())
    rules.different_companies(person(MENTOR, FIRM), person(MENTEE), companies())


@given(st.dictionaries(KEYS, st.none() | KEYS), KEYS, KEYS)
def test_1_who_is_mentor_does_not_matter(parents: dict[Any, Any], one: Any, other: Any) -> None:
    """In any tangle of companies the answer comes, and is the same with the two exchanged."""
    known = {of: Organisation(key=of, name="Société", parent=parent) for of, parent in parents.items()}

    def refused(first: Any, second: Any) -> bool:
        try:
            rules.different_companies(person(MENTOR, first), person(MENTEE, second), known)
        except rules.SameCompany:
            return True
        return False

    assert refused(one, other) == refused(other, one)
    assert refused(one, one)


# 2. No hierarchy


def test_2_colleagues_of_nobody_are_fine() -> None:
    """Two people without a manager, or with one elsewhere, have no hierarchy between them."""
    rules.no_hierarchy(person(MENTOR), person(MENTEE))
    rules.no_hierarchy(person(MENTOR, manager=key(9)), person(MENTEE, manager=key(9)))


@pytest.mark.parametrize("managers", [(MENTEE, None), (None, MENTOR), (MENTEE, MENTOR)])
def test_2_a_manager_is_refused(managers: tuple[Any, Any]) -> None:
    """Neither may be the other's manager."""
    with pytest.raises(rules.Hierarchy):
        rules.no_hierarchy(person(MENTOR, manager=managers[0]), person(MENTEE, manager=managers[1]))


# 3. No conflict of interest


def test_3_a_tie_to_another_company_is_fine() -> None:
    """A mentor may be bound to companies other than the mentee's, and a mentee may have none."""
    profile = Mentor(key=key(8), person=MENTOR, conflicts=frozenset({FIRM}))
    rules.no_conflict_of_interest(profile, person(MENTEE, VENTURE))
    rules.no_conflict_of_interest(profile, person(MENTEE))


def test_3_a_tie_to_the_venture_is_refused() -> None:
    """A coach or supplier of the venture does not mentor its founder."""
    profile = Mentor(key=key(8), person=MENTOR, conflicts=frozenset({FIRM, VENTURE}))
    with pytest.raises(rules.ConflictOfInterest):
        rules.no_conflict_of_interest(profile, person(MENTEE, VENTURE))


# 12. Capacity


def some_pairs(count: int, **more: Any) -> list[Pair]:
    """Make active pairs of the mentor."""
    return [pair(PairState.ACTIVE, **{"key": key(50 + number), **more}) for number in range(count)]


@pytest.mark.parametrize("capacity", [0, 1, 3])
def test_12_a_mentor_has_as_many_pairs_as_agreed_and_no_more(capacity: int) -> None:
    """The capacity itself is fine; one pair more is refused."""
    profile = Mentor(key=key(8), person=MENTOR, capacity=capacity)
    rules.within_capacity(profile, some_pairs(capacity))
    with pytest.raises(rules.OverCapacity):
        rules.within_capacity(profile, some_pairs(capacity + 1))


def test_12_only_the_mentors_own_active_pairs_count() -> None:
    """Pairs of others, archived ones and those in another state take no place; being a mentee does not count."""
    profile = Mentor(key=key(8), person=MENTOR, capacity=0)
    rules.within_capacity(profile, some_pairs(2, mentor=key(60)))
    rules.within_capacity(profile, some_pairs(2, active=False))
    rules.within_capacity(profile, some_pairs(2, mentor=key(60), mentee=MENTOR))
    for state in set(PairState) - {PairState.ACTIVE}:
        rules.within_capacity(profile, some_pairs(2, state=state))


# The refusals


@pytest.mark.parametrize("error", rules.RuleBroken.__subclasses__(), ids=lambda error: error.__name__)
def test_a_refusal_says_which_rule_and_what_to_do(error: type[rules.RuleBroken]) -> None:
    """A refusal takes no value: its message is its rule's number, what is wrong and an advice, and ever the same."""
    said = str(error())
    assert said.startswith(f"rule {error.rule}: ")
    assert error.advice in said
    assert (error.__doc__ or "").strip() in said


def test_a_refusal_names_nobody() -> None:
    """The message of a refusal in a real case holds no name and no key."""
    with pytest.raises(rules.SameCompany) as refused:
        rules.different_companies(person(MENTOR, FIRM), person(MENTEE, FIRM), companies())
    for value in ("Nadège", "Confidentielle", "Société", str(FIRM), str(MENTOR)):
        assert value not in str(refused.value)


def test_every_rule_that_can_be_broken_has_its_own_error() -> None:
    """Rules 9, 10 and 11 report; each of the others refuses, under its own number."""
    assert sorted(error.rule for error in rules.RuleBroken.__subclasses__()) == [1, 2, 3, 4, 5, 6, 7, 8, 12]
