"""A sync that dies at one chosen step: a call to the CRM, or a transaction of the register."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from connector.crm.port import Crm
from connector.register.repository import Register, Transaction
from connector.register.state_schema import sync_lease

COMMIT = "commit"


class Died(BaseException):
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class Step:
    """The ``nth`` time that a run makes this call, by the port's name and the model, or commits."""

    what: str
    nth: int = 1


class Fate:
    """Counts the steps of one run and ends it at one of them, before it is done or after, without the answer.

    Whoever died does nothing more: no transaction, no call, not even to tidy up.
    """

    def __init__(self, at: Step | None = None, *, done: bool = False, end: Callable[[], None] = lambda: None) -> None:
        self._at, self._done, self._end = at, done, end
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.dead = False
        self.steps: list[Step] = []

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Take a step, the last one if it is fated."""
        with self._lock:
            if self.dead:
                raise Died
            self._seen[what] += 1
            step = Step(what, self._seen[what])
            self.steps.append(step)
        if step == self._at and not self._done:
            self._die()
        yield
        if step == self._at:
            self._die()

    def _die(self) -> None:
        self.dead = True
        self._end()
        raise Died


class MortalCrm:
    """A CRM as a mortal run calls it."""

    def __init__(self, crm: Crm, fate: Fate) -> None:
        self._crm, self._fate = crm, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._crm, name)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            about = arguments[0] if arguments and name != "mark" else ""  # a mark is another one each time
            model = about if isinstance(about, str) else getattr(about[0], "model", "") if about else ""
            with self._fate.step(f"{name} {model}"):
                return found(*arguments)

        return call


class MortalRegister(Register):
    """A register as a mortal run writes to it."""

    fate = Fate()

    @classmethod
    def opened(cls, url: str, fate: Fate) -> Self:
        """Open it for this run."""
        register = cls.open(url)
        register.fate = fate
        return register

    @contextmanager
    def transaction(self, *, reads_only: bool = False) -> Iterator[Transaction]:
        """Count outer transactions that write: each is kept whole or not at all."""
        if reads_only or self._current is not None:
            with super().transaction(reads_only=reads_only) as tx:
                yield tx
        else:
            with self.fate.step(COMMIT), super().transaction() as tx:
                yield tx


def let_the_lease_run_out(register: Register) -> None:
    """Let ten minutes pass, as far as the lease of the dead is concerned."""
    with register.transaction() as tx:
        tx.connection.execute(sync_lease.update().values(expires_at="2000-01-01 00:00:00"))
