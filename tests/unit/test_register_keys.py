"""What the keys of records promise."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from connector.register.keys import new_key


def test_a_key_is_a_uuid_of_version_7() -> None:
    """A key has RFC 9562's version and variant, and carries the millisecond of its making."""
    before = time.time_ns() // 1_000_000
    key = new_key()
    after = time.time_ns() // 1_000_000
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert before <= key.int >> 80 <= after + 1


def test_keys_grow_whatever_the_clock_does() -> None:
    """Keys grow within one millisecond, and when the clock is set back."""
    now = time.time_ns() // 1_000_000
    keys = [new_key(now - step // 50) for step in range(1000)]
    assert keys == sorted(set(keys))
    assert all(key.version == 7 for key in keys)


def test_threads_never_share_a_key() -> None:
    """Threads that make keys at once make different ones, and each sees its own grow."""
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: [new_key() for _ in range(2000)], range(4)))
    assert all(run == sorted(run) for run in runs)
    assert len({key for run in runs for key in run}) == 8000
