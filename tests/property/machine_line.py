"""The line to the CRM as a test sees it: it reads along what leaves, and strikes one call in any way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import fields, is_dataclass, replace
from typing import Any, Self

from connector.crm.errors import CrmAnswerLost, CrmUnreachable
from connector.crm.port import Page
from mappings.egress import CrmPayload
from tests.property.strategies import CANARY

WRITES = {"apply", "bind", "remind", "explain"}
STRIKES = ("cut", "killed", "twice", "blind", "rows missing", "meanwhile", "rival", "taken over")
"""What may happen at a call: see ``Line``."""


class Killed(BaseException):
    """The process was killed."""


class Inline:
    """An executor without a thread: what is submitted is done at once, so that every run is the same."""

    def __init__(self, max_workers: int = 1) -> None:
        """Take what the real one takes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to wait for."""

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Do it, and keep the answer or the error."""
        answer: Future[Any] = Future()
        try:
            answer.set_result(call(*arguments))
        except BaseException as error:  # noqa: BLE001 - as a real future does
            answer.set_exception(error)
        return answer


class Line:
    """Passes calls on, and strikes the n-th (``among`` all or the writes).

    It is cut before or after it arrives (the process may be killed), delivered twice, its page halved, every page
    empty from then on, or ``act`` is done by somebody before or after it.
    """

    def __init__(
        self, crm: Any, consents: Callable[[CrmPayload], set[str]], *, at: int = 0, strike: str = "",
        arrives: bool = False, among: str = "all", act: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the CRM, and who tells which columns of a payload may not be shown."""
        self._crm, self._consents, self._left, self._strike, self._arrives = crm, consents, at, strike, arrives
        self._act, self._among, self.blind, self.struck = act, among, False, False
        self.wrote: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._crm, name)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            self._read_along(name, arguments)
            self._left -= self._among == "all" or name in WRITES
            strikes = self._left == 0 and not self.struck
            answer = self._struck(found, arguments) if strikes else found(*arguments)
            return replace(answer, rows=(), after=None) if self.blind and isinstance(answer, Page) else answer

        return call

    def _read_along(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in WRITES:
            self.wrote.append(name)
        for text in told(arguments):
            assert CANARY not in text, f"a text of the pair left by {name}"
        for payload in arguments[0] if name == "apply" else ():
            assert not (shown := self._consents(payload)), f"{payload.model}: {shown} without consent"

    def _struck(self, found: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self.struck = True
        match self._strike:
            case "cut" | "killed":
                if self._arrives:
                    found(*arguments)
                if self._strike == "killed":
                    raise Killed
                raise CrmAnswerLost("after") if self._arrives else CrmUnreachable("before")
            case "twice":
                answers = [found(*arguments), found(*arguments)]
                return answers[self._arrives]
            case "blind":
                self.blind = True
            case "rows missing":
                answer = found(*arguments)
                half = isinstance(answer, Page) and replace(answer, rows=answer.rows[self._arrives :: 2])
                return half or answer
        if not self._arrives:
            self._act()
        answer = found(*arguments)
        if self._arrives:
            self._act()
        return answer


def told(thing: Any) -> Iterator[str]:
    """Give every text within arguments, whatever hides it from a log."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Mapping):
        for pair in thing.items():
            yield from told(pair)
    elif isinstance(thing, list | tuple | set | frozenset):
        for one in thing:
            yield from told(one)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from told(getattr(thing, one.name))
