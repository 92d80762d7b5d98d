"""The end of a pair, by the register's side: a day and a code, never a reason."""

from __future__ import annotations

import datetime as dt

from connector.register.repository import Register
from mappings.records import Key, Pair
from mappings.rules import RUNNING
from mappings.vocabulary import EndCode, PairState
from sync_jobs.refused import PairNotRunning


def end_pair(register: Register, key: Key, code: EndCode, on: dt.date) -> Pair:
    """End an active or paused pair; the next sync tells the CRM. Raises PairNotRunning."""
    with register.transaction():
        pair = register.get("pair", key)
        running = isinstance(pair, Pair) and pair.active and pair.state in RUNNING
        if not isinstance(pair, Pair) or not running or (pair.start and on < pair.start):
            raise PairNotRunning
        ended = pair.model_copy(update={"state": PairState.ENDED, "end": on, "end_code": code})
        register.save([ended])
    return ended
