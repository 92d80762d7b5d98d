"""Keys of records: UUID version 7 (RFC 9562), which sort by the time of their making and say nothing else."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

_RANDOM_BITS = 74
_lock = threading.Lock()
_last = 0


def new_key(now_ms: int | None = None) -> UUID:
    """Make a key greater than every key that this process made before, whatever the clock does.

    ``now_ms`` is the time in milliseconds since 1970, the system's clock by default. In the same millisecond,
    and after a clock was set back, the last key grows by a random step: the next one cannot be guessed.
    """
    global _last  # noqa: PLW0603 - the order of keys is a property of the process
    millis = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    with _lock:
        fresh = millis << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(32)
        value = _last
    stamp, high, low = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return UUID(int=stamp << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
