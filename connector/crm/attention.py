"""What asks for the attention of staff, and what they did about it: activities and notes on records of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.crm.actions import Actions, outcomes
from connector.crm.module.names import (
    ACTION_ACTIVITIES, ACTION_NOTES, ACTION_WITHDRAW, ACTIVITY_MEETING, BINDINGS, HEEDED,
)
from connector.crm.port import BATCH, Finished, Note, Outcome, Todo
from connector.crm.reading import Ids, Reader, chunks
from mappings.destinations import MODELS, MODULE

_TYPE = "mail.activity.type"


class Attention:
    """Activities and notes in one Odoo. Its actions refuse contacts: every employee reads what hangs on those."""

    def __init__(self, actions: Actions, reader: Reader) -> None:
        self._actions, self._reader = actions, reader

    def remind(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Schedule activities, each once while it is open. The CRM chooses the coordinator who is asked."""
        rows = [[todo.external_id, todo.activity_type, todo.summary, todo.deadline, False] for todo in todos]
        return self._sent(ACTION_ACTIVITIES, "binome_activities", rows)

    def withdraw(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Take back our open activities of the same record, type and summary."""
        rows = [[todo.external_id, todo.activity_type, todo.summary] for todo in todos]
        return self._sent(ACTION_WITHDRAW, "binome_withdraw", rows)

    def explain(self, notes: Sequence[Note]) -> list[Outcome]:
        """Post internal notes, unless the record's newest message is that very note of ours."""
        return self._sent(ACTION_NOTES, "binome_notes", [[note.external_id, note.body] for note in notes])

    def finished(self, since: str | None) -> list[Finished]:
        """List what staff marked done at or after ``since``: one call for the activities, one for the external ids.

        Odoo keeps a done activity archived and deletes a cancelled one. It notes the day only; the second is that of
        the last write, which is the marking unless somebody touched it later.
        """
        done = [("active", "=", False), ("date_done", "!=", False), ("res_model", "in", _own_models())]
        fresh = [("write_date", ">=", since)] if since else []
        columns = ["res_model", "res_id", "activity_type_id", "summary", "date_done", "write_date"]
        rows = self._reader.search("mail.activity", [*done, *fresh], columns)
        wanted: dict[str, set[int]] = {_TYPE: {row["activity_type_id"] for row in rows} - {False}}
        for row in rows:
            wanted.setdefault(row["res_model"], set()).add(row["res_id"])
        names = self._reader.names(wanted, (BINDINGS, MODULE, ACTIVITY_MEETING.partition(".")[0]))
        told = (_finished(row, names) for row in rows)
        return [each for each in told if each]

    def _sent(self, action: str, key: str, rows: Sequence[list[Any]]) -> list[Outcome]:
        done: list[Outcome] = []
        for part in chunks(rows, BATCH):
            done += outcomes([row[0] for row in part], self._actions.run(action, key, {"rows": list(part)}))
        return done


def _finished(row: dict[str, Any], names: Ids) -> Finished | None:
    """Put one done activity in the port's words; ``None`` where its type or its record is not ours."""
    kinds, bound = names.get((_TYPE, row["activity_type_id"]), ()), names.get((row["res_model"], row["res_id"]), ())
    kind = next((name for name in kinds if name in HEEDED), None)
    external_id = next((name for name in bound if name.startswith(f"{BINDINGS}.")), None)
    if kind is None or external_id is None:
        return None
    done_at = min(row["write_date"], f"{row['date_done']} 23:59:59")
    return Finished(row["id"], external_id, row["res_model"], kind, row["summary"] or "", done_at)


def _own_models() -> list[str]:
    return [name for name, model in MODELS.items() if model.ours]
