"""A proposed pair's two answers: nothing is imposed, and no reason is asked."""

from __future__ import annotations

from typing import Literal

from connector.register.repository import Register
from mappings.records import Pair
from mappings.vocabulary import PairState
from sync_jobs.naming import find_in_register
from sync_jobs.refused import PairMovedOn

Member = Literal["mentor", "mentee"]


def accept(register: Register, pair: str, by: Member) -> Pair:
    """Note that one of the two accepts; with the other's yes the pair is accepted. Again changes nothing."""
    with register.transaction():
        found = _pair(register, pair)
        if found.state is PairState.ACCEPTED:
            return found
        if found.state is not PairState.PROPOSED:
            raise PairMovedOn
        said = found.model_copy(update={f"{by}_accepted": True})
        if said.mentor_accepted and said.mentee_accepted:
            said = said.model_copy(update={"state": PairState.ACCEPTED})
        register.save([said])
    return said


def decline(register: Register, pair: str, by: Member) -> Pair:
    """Note that one of the two declines, without a reason; the pair is then over."""
    with register.transaction():
        found = _pair(register, pair)
        if found.state not in (PairState.PROPOSED, PairState.ACCEPTED):
            raise PairMovedOn
        said = found.model_copy(update={f"{by}_accepted": False, "state": PairState.DECLINED})
        register.save([said])
    return said


def _pair(register: Register, text: str) -> Pair:
    found = register.get("pair", find_in_register(register, "pair", text))
    if not isinstance(found, Pair) or not found.active:
        raise PairMovedOn
    return found
