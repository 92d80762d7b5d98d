"""The log: only known keys with harmless values pass; what a library or an exception says never does."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import log

CANARY = "Canary Morel"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """Give what was logged since, line by line; nothing may ever come on stdout."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level

    def read() -> list[dict[str, Any]]:
        written = capsys.readouterr()
        assert written.out == ""
        assert CANARY not in written.err
        return [json.loads(line) for line in written.err.splitlines()]

    yield read
    root.handlers, root.level = kept, level
    log.configure_level("info")


def test_a_known_key_passes(lines: Lines) -> None:
    """Keys, counts and names of fields are what an operator needs."""
    key = "0192f3a4-0000-7000-8000-000000000000"
    names = ["state", "x_start"]
    log.get_logger(run="3f2a").info("plan.made", kind="pair", key=key, fields=names, count=2, seconds=0.5)
    (line,) = lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "plan.made", "level": "info", "run": "3f2a", "kind": "pair", "key": key,
        "fields": ["state", "x_start"], "count": 2, "seconds": 0.5,
    }


def test_an_unknown_key_is_dropped_and_counted(lines: Lines) -> None:
    """A key that nobody vouched for is missing from the line, and the line says so."""
    log.get_logger().info("plan.made", name=CANARY, email=CANARY, count=1)
    (line,) = lines()
    assert line["dropped"] == 2
    assert line["count"] == 1


@pytest.mark.parametrize("values", [
    {"kind": CANARY}, {"fields": [CANARY]}, {"fields": CANARY}, {"count": CANARY}, {"key": CANARY}, {"error": CANARY},
    {"kind": {"a": CANARY}}, {"status": "x" * 200}, {"model": None}, {"since": CANARY}, {"kind": "a\nb"},
])
def test_a_value_that_is_no_name_is_dropped(lines: Lines, values: dict[str, Any]) -> None:
    """A known key does not carry a person's words."""
    log.get_logger().info("plan.made", **values)
    (line,) = lines()
    assert line["dropped"] == 1
    assert not set(values) & set(line)


def test_an_event_is_a_token(lines: Lines) -> None:
    """A sentence built around a value does not pass as an event."""
    log.get_logger().info(f"sent to {CANARY}")
    (line,) = lines()
    assert (line["event"], line["dropped"]) == ("unnamed", 1)


def test_an_exception_is_its_class(lines: Lines) -> None:
    """The text and the traceback of an exception may hold values: its class says enough."""
    try:
        int(CANARY)
    except ValueError as error:
        log.get_logger().exception("job.failed")
        log.get_logger().error("job.failed", exc_info=error)
    assert [line["error"] for line in lines()] == ["ValueError", "ValueError"]


def test_a_library_only_says_that_it_spoke(lines: Lines) -> None:
    """urllib3 and others log addresses and bodies: their name and level remain."""
    log.configure("info")
    logging.getLogger("urllib3.connectionpool").warning("%s", CANARY)
    logging.getLogger("odoorpc").info(CANARY)
    (line,) = lines()
    assert line["logger"] == "urllib3.connectionpool"
    assert line["level"] == "warning"
    assert line["event"] == "library.message"


def test_a_warning_only_says_where_from(lines: Lines) -> None:
    """Python's own warnings can quote a value, so they take the same way."""
    log.configure("info")
    with warnings.catch_warnings():
        logging.captureWarnings(capture=True)
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert [line["logger"] for line in lines()] == ["py.warnings"]


def test_the_level_is_kept(lines: Lines) -> None:
    """What is below the level is not written, with or without configuration."""
    log.get_logger().debug("plan.made")
    log.configure("error")
    log.get_logger().warning("plan.made")
    log.get_logger().error("plan.failed")
    assert [line["event"] for line in lines()] == ["plan.failed"]


@given(st.text(min_size=1), st.sampled_from(sorted(log.ALLOWED)))
def test_whatever_passes_is_made_of_plain_signs(text: str, key: str) -> None:
    """No text with a space, a capital inside, an @ or a sign of another script ever passes under any key."""
    passed = log.allow(None, "info", {"event": "plan.made", key: text})
    if key in passed and passed[key] == text:
        assert text.isascii()
        assert "@" not in text
        assert " " not in text or key in {"since", "timestamp"}
