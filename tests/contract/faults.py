"""A CRM that fails on the n-th call, in each way a real one can: for tests that try every place to crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from connector.crm.errors import CrmAnswerLost, CrmUnreachable
from connector.crm.port import Crm, Erasure, FieldFact, Finished, Note, Outcome, Page, Server, Todo, Withdrawal
from mappings.egress import CrmPayload

T = TypeVar("T")


class Fault(StrEnum):
    """How a call fails."""

    BEFORE = "before"
    """Nothing reaches the CRM: CrmUnreachable, or the error of one's own choice."""
    LOST = "lost"
    """The CRM does it, and the answer never comes: CrmAnswerLost, or the error of one's own choice."""
    PARTIAL = "partial"
    """A listing comes back with its first half only, looking complete; other calls are done as usual."""


class FaultyCrm:
    """Passes every call on, except those of ``plan`` (by their number, the first is 1).

    Run once with an empty plan to learn ``calls``; then try each number with each fault. ``log`` names them.
    With ``error`` a fault raises that instead, as a killed process would (say ``KeyboardInterrupt``).
    """

    def __init__(
        self, crm: Crm, plan: Mapping[int, Fault] | None = None,
        error: Callable[[], BaseException] | None = None,
    ) -> None:
        self._crm, self._plan, self._error = crm, dict(plan or {}), error
        self.calls = 0
        self.log: list[str] = []

    def _pass(self, name: str, call: Callable[[], T], half: Callable[[T], T] = lambda answer: answer) -> T:
        self.calls += 1
        self.log.append(name)
        fault = self._plan.get(self.calls)
        if fault is Fault.BEFORE:
            raise self._error() if self._error else CrmUnreachable("the test cut the line before this call")
        answer = call()
        if fault is Fault.LOST:
            raise self._error() if self._error else CrmAnswerLost("the test cut the line after this call")
        return half(answer) if fault is Fault.PARTIAL else answer

    @property
    def compare_and_set(self) -> bool:
        """Tell what the CRM behind tells: no call of the port's."""
        return self._crm.compare_and_set

    def server(self) -> Server:
        """Pass on."""
        return self._pass("server", self._crm.server)

    def now(self) -> str:
        """Pass on."""
        return self._pass("now", self._crm.now)

    def fields(self, model: str) -> dict[str, FieldFact]:
        """Pass on."""
        return self._pass("fields", lambda: self._crm.fields(model), _half_mapping)

    def bindings(self, model: str, external_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Pass on."""
        return self._pass("bindings", lambda: self._crm.bindings(model, external_ids), _half_mapping)

    def changed(self, model: str, columns: Sequence[str], since: str | None, after: int = 0) -> Page:
        """Pass on."""
        return self._pass("changed", lambda: self._crm.changed(model, columns, since, after), _half_page)

    def read(self, model: str, columns: Sequence[str], external_ids: Sequence[str]) -> Page:
        """Pass on."""
        return self._pass("read", lambda: self._crm.read(model, columns, external_ids), _half_page)

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Pass on."""
        return self._pass("apply", lambda: self._crm.apply(payloads))

    def bind(self, model: str, pairs: Sequence[tuple[str, int]]) -> list[Outcome]:
        """Pass on."""
        return self._pass("bind", lambda: self._crm.bind(model, pairs))

    def find_contacts(self, emails: Sequence[str]) -> list[tuple[int, str, str]]:
        """Pass on."""
        return self._pass("find_contacts", lambda: self._crm.find_contacts(emails), _half_list)

    def remind(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Pass on."""
        return self._pass("remind", lambda: self._crm.remind(todos))

    def withdraw(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Pass on."""
        return self._pass("withdraw", lambda: self._crm.withdraw(todos))

    def erase(self, erasures: Sequence[Erasure]) -> list[Outcome]:
        """See Crm."""
        return self._pass("erase", lambda: self._crm.erase(erasures))

    def pull_back(self, withdrawals: Sequence[Withdrawal]) -> list[Outcome]:
        """See Crm."""
        return self._pass("pull_back", lambda: self._crm.pull_back(withdrawals))

    def explain(self, notes: Sequence[Note]) -> list[Outcome]:
        """Pass on."""
        return self._pass("explain", lambda: self._crm.explain(notes))

    def finished(self, since: str | None) -> list[Finished]:
        """Pass on."""
        return self._pass("finished", lambda: self._crm.finished(since), _half_list)

    def mark(self, new: str | None = None) -> str | None:
        """Pass on."""
        return self._pass("mark", lambda: self._crm.mark(new))


def every_fault(calls: int, *faults: Fault) -> Iterator[dict[int, Fault]]:
    """Give one plan for each place and each way to fail in a run of so many calls."""
    for number in range(1, calls + 1):
        for fault in faults or tuple(Fault):
            yield {number: fault}


def _half_mapping(answer: dict[str, T]) -> dict[str, T]:
    return dict(islice(answer.items(), len(answer) // 2))


def _half_list(answer: list[T]) -> list[T]:
    return answer[: len(answer) // 2]


def _half_page(page: Page) -> Page:
    return replace(page, rows=page.rows[: len(page.rows) // 2], after=None)
