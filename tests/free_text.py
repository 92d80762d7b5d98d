"""Free text that staff type around our records in the CRM, and where it would be if the sync had taken it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from connector.crm.module.names import ACTIVITY_MEETING, ACTIVITY_TYPES
from connector.register.repository import Register
from sync_jobs.images import images_of
from sync_jobs.state import State
from tests.contract.sides import StaffLike

CANARY = "canary-7f3a typed by staff"
HEEDED = (ACTIVITY_MEETING, ACTIVITY_TYPES["meeting_to_confirm"], ACTIVITY_TYPES["conflict_to_decide"])
"""Activities that the sync looks at once they are done."""


def type_around(staff: StaffLike, records: Sequence[tuple[str, str]]) -> None:
    """Write a note on each record, and activities of every heeded kind: open, done, and done with a remark."""
    for model, name in records:
        staff.note(model, name, CANARY)
        for kind in HEEDED:
            for feedback in ("", CANARY, None):
                activity = staff.schedule(model, name, kind, CANARY, "2026-11-20")
                if feedback is not None:
                    staff.mark_done(activity, feedback)


def held(register: Register, state: State, text: str) -> Iterator[str]:
    """Tell where the register's files and the sealed images hold a text."""
    file = Path(str(register.url.database))
    for part in (file, file.with_name(f"{file.name}-wal")):
        if part.exists() and text.encode() in part.read_bytes():
            yield part.name
    for run in state.last_runs(100):
        if text in repr(list(images_of(state, run["run"]))):
            yield "image"
