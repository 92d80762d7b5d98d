"""What the sync asks of staff inside the CRM, and what they answer there: activities for conflicts, notes on set-backs.

Wording is constant: it names fields and rules, never a value or a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.crm.module.names import ACTIVITY_TYPES
from connector.crm.port import Crm, Finished, Note, Todo
from connector.register.repository import Register
from mappings.catalogue import BY_KIND
from mappings.records import Key
from sync_jobs.engine.plan import Change, Parked
from sync_jobs.rulings import RULE
from sync_jobs.state import State
from sync_jobs.words import RULES, Language

CONFLICT = ACTIVITY_TYPES["conflict_to_decide"]

_SUMMARY = {
    "fr": "Binôme : « {} » a changé des deux côtés. Mettez ici la bonne valeur, puis marquez comme fait.",
    "en": "Binôme: “{}” changed on both sides. Put the right value here, then mark as done.",
}
_SET_BACK = {
    "fr": "Binôme a remis « {} » comme avant : {}",
    "en": "Binôme set “{}” back as it was: {}",
}
_KEPT_OUT = {
    "fr": "Binôme n'enregistre pas ce binôme tant que « {} » n'est pas corrigé : {}",
    "en": "Binôme does not take this pair in until “{}” is corrected: {}",
}

@dataclass(frozen=True, slots=True)
class Attention:
    """Speaks with staff through the CRM."""

    register: Register
    crm: Crm
    state: State
    language: Language = "fr"

    def decide_done(self, finished: Iterable[Finished]) -> None:
        """Settle the conflicts whose activity staff did: what stands in the CRM by then is the right value."""
        done = {(one.external_id, one.summary) for one in finished if one.activity_type == CONFLICT}
        for row in self.state.conflicts() if done else ():
            todo = self._todo(row, "")
            if todo and (todo.external_id, todo.summary) in done:
                self.state.decide(row, "crm")

    def ask(self, conflicts: Iterable[Mapping[str, Any]], closed: Iterable[Mapping[str, Any]], today: str) -> None:
        """See that every undecided conflict has its activity, and that a closed one has none any more.

        A record that is set aside is not asked about: were it hidden from us, the CRM would refuse the whole call.
        """
        aside = {(row["kind"], row["key"]) for row in self.state.parked()}
        opened = [row for row in conflicts if row["status"] == "open" and (row["kind"], row["key"]) not in aside]
        asked = [todo for row in opened if (todo := self._todo(row, today))]
        over = [todo for row in closed if (todo := self._todo(row, today))]
        if asked:
            self.crm.remind(asked)
        if over:
            self.crm.withdraw(over)

    def explain(self, changes: Sequence[Change]) -> None:
        """Say in the chatter of each record why an edit of staff is being set back."""
        told = [
            Note(BY_KIND[c.kind].external_id(c.key), self._words(_SET_BACK, c.kind, c.fields, c.because))
            for c in changes
            if c.key and c.because.startswith(RULE)
        ]
        if told:
            self.crm.explain(told)

    def explain_kept_out(self, parked: Iterable[Parked]) -> None:
        """Say in the chatter of each new pair why it is not taken in: once, when it is first set aside."""
        known = {(row["kind"], row["key"], row["code"]) for row in self.state.parked()}
        told = [
            Note(BY_KIND[p.kind].external_id(p.key), self._words(_KEPT_OUT, p.kind, p.fields, p.code))
            for p in parked
            if p.key and p.code.startswith(RULE) and (p.kind, p.key, p.code) not in known
        ]
        if told:
            self.crm.explain(told)

    def _words(self, said: Mapping[str, str], kind: str, fields: Sequence[str], code: str) -> str:
        why = RULES[int(code.removeprefix(RULE))][self.language == "en"]
        return said[self.language].format(", ".join(self._label(kind, name) for name in fields), why)

    def _label(self, kind: str, field: str) -> str:
        entity = BY_KIND[kind]
        shown = entity.destination.fields[entity.by_field[field].column]
        return (shown.label_fr if self.language == "fr" else shown.label) or field

    def _todo(self, row: Mapping[str, Any], today: str) -> Todo | None:
        place = self._place(row["kind"], row["key"])
        if place is None:
            return None
        return Todo(place, CONFLICT, _SUMMARY[self.language].format(self._label(row["kind"], row["field"])), today)

    def _place(self, kind: str, key: Key) -> str | None:
        """Choose the record that shows the activity: never a contact, whose activities every employee reads.

        A person's lie on their card, a company's on its stay; a company without one has none: the status tells of it.
        """
        if kind == "person":
            return BY_KIND["card"].external_id(key)
        if kind == "organisation":
            stays = self.register.linked("stay", "organisation", [key])
            return BY_KIND["stay"].external_id(min(stay.key for stay in stays)) if stays else None
        return BY_KIND[kind].external_id(key)
