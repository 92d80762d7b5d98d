"""Logs as JSON lines on stderr: only known keys with harmless values pass, all else is dropped and counted."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any, Final

import structlog

EventDict = MutableMapping[str, Any]
_Check = Callable[[Any], bool]

_EVENT = re.compile(r"[a-z][a-z0-9_]{0,40}(\.[a-z0-9_]{1,40}){0,3}")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,60}(\.[a-z0-9_]{1,60}){0,4}")
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{0,60}")
_KEY = re.compile(r"[0-9a-f-]{1,64}|[a-z_]{1,40}\.[a-z_]{1,40}_[0-9a-f]{32}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?Z?", re.ASCII)


def _text(pattern: re.Pattern[str]) -> _Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _names(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) <= 100 and all(map(_text(_NAME), value))


_WORDS = (
    "level", "kind", "model", "field", "operation", "direction", "status", "transport", "command", "job", "phase",
    "logger", "policy", "rule",
)
_COUNTS = (
    "count", "calls", "seconds", "attempt", "dropped", "created", "updated", "archived", "conflicts", "parked", "rows",
    "pages", "version", "line", "club",
)

ALLOWED: Final[Mapping[str, _Check]] = MappingProxyType({
    "event": _text(_EVENT), "timestamp": _text(_MOMENT), "since": _text(_MOMENT),
    "code": _text(_CLASS), "error": _text(_CLASS),
    "run": _text(_KEY), "key": _text(_KEY), "hash": _text(_KEY), "fields": _names, "kinds": _names, "models": _names,
    **dict.fromkeys(_WORDS, _text(_NAME)), **dict.fromkeys(_COUNTS, _number),
})
"""Every key that may be logged, with what its value must look like. No value of any record fits: names are lower-case
words of our own making, keys are digits."""

_threshold = logging.INFO


def configure(level: str = "info") -> None:
    """Set the lowest level that is written, and bring other libraries' logs under the same rule."""
    configure_level(level)
    root = logging.getLogger()
    root.handlers = [_Bridge()]
    root.setLevel(max(_threshold, logging.WARNING))


def configure_level(level: str) -> None:
    """Set the lowest level that is written."""
    global _threshold  # noqa: PLW0603 # one process, one log
    _threshold = logging.getLevelNamesMapping()[level.upper()]


def get_logger(**known: Any) -> Any:
    """Give a logger that keeps to the allow-list, whether or not ``configure()`` was called."""
    return structlog.wrap_logger(
        _Stderr(), processors=_PROCESSORS, wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=False,
    ).bind(**known)


class _Stderr:
    """Writes a finished line to whatever stderr is now."""

    def msg(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = fatal = msg


class _Bridge(logging.Handler):
    """Lets other libraries say that they have something to say: their name and level, never their words."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            say = _library.error if record.levelno >= logging.ERROR else _library.warning
            say("library.message", logger=record.name.lower())


def filter_level(_logger: Any, method: str, event: EventDict) -> EventDict:
    """Drop what is below the threshold."""
    if logging.getLevelNamesMapping().get(method.upper(), logging.INFO) < _threshold:
        raise structlog.DropEvent
    return event


def name_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Put an exception's class in place of the exception: its text and traceback may hold values."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["error"] = type(found).__name__
    return event


def allow(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Let known keys with harmless values through; count the others."""
    passed = {key: value for key, value in event.items() if key in ALLOWED and ALLOWED[key](value)}
    missing = len(event) - len(passed)
    if "event" not in passed:
        passed["event"] = "unnamed"
    return passed | ({"dropped": missing} if missing else {})


_PROCESSORS: Final[list[Any]] = [
    filter_level, structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True), name_exception, allow,
    structlog.processors.JSONRenderer(sort_keys=True),
]
_library = get_logger()
