"""Trying again: only what may succeed, only where a second time does no harm, never for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay
from tenacity import wait_random_exponential

from connector.crm.errors import CrmAnswerLost, CrmBusy, CrmError
from connector.log import get_logger

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may be tried: number of tries, and seconds in all and between two."""

    tries: int = 5
    deadline: float = 60.0
    first_wait: float = 0.5
    longest_wait: float = 15.0


def persist(send: Callable[[], T], patience: Patience, *, repeatable: bool) -> T:
    """Send until it works, the error is permanent, or patience ends; the last error is raised as it is.

    A lost answer leaves open whether the CRM did the work, so only ``repeatable`` calls are then sent again.
    CrmUnreachable and CrmBusy say that it did nothing: those calls are always safe to repeat.
    """

    def worth_repeating(error: BaseException) -> bool:
        unsure = isinstance(error, CrmAnswerLost) and not repeatable
        return isinstance(error, CrmError) and error.transient and not unsure

    backoff = wait_random_exponential(multiplier=patience.first_wait, max=patience.longest_wait)

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, CrmBusy) else 0.0
        return max(backoff(state), asked)

    retrying = Retrying(
        retry=retry_if_exception(worth_repeating), wait=pause, before_sleep=_tell, reraise=True,
        stop=stop_after_attempt(patience.tries) | stop_before_delay(patience.deadline),
    )
    return retrying(send)


def _tell(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    get_logger().warning(
        "call.repeated", code=type(error).__name__, attempt=state.attempt_number,
        seconds=round(state.upcoming_sleep, 2),
    )
