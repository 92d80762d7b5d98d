"""Odoo as the port's ``Crm``, over either transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from connector.crm.actions import Actions, outcomes
from connector.crm.attention import Attention
from connector.crm.audience import Audiences
from connector.crm.dialect import LISTS_SINCE
from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.fallback import Fallback
from connector.crm.module.names import ACTION_APPLY, ACTION_BIND, ACTION_ERASE, ACTION_MARK, ACTION_PULL_BACK
from connector.crm.port import (
    BATCH, PAGE, Erasure, FieldFact, Finished, Note, Outcome, Page, Server, Todo, Transport, Withdrawal,
)
from connector.crm.reading import Reader, chunks
from mappings.destinations import MODULE, PAIR, PARTNER
from mappings.egress import CrmPayload


class OdooTransport(Transport, Protocol):
    """A transport that also knows what HTTP tells of the server."""

    database: str

    @property
    def calls(self) -> int:
        """Count the requests made so far."""

    def version(self) -> int:
        """Give the server's major version."""

    def now(self) -> str:
        """Tell the server's clock, UTC, ``YYYY-MM-DD HH:MM:SS``."""


class OdooCrm:
    """One Odoo. Reads by pages; writes by the data module's actions, each batch one transaction there.

    Every write is marked repeatable, and is: a creation sent again answers ``existing``, a binding or an activity
    ``existing``, and a compare-and-set whose first sending landed answers ``stale``, since the expected values are
    gone. Stale means "read again", and what is then read is what was wanted: both sides agree, nothing is redone.
    A first sending that lands late, after its resend, finds its expected values gone in the same way.
    """

    def __init__(self, transport: OdooTransport) -> None:
        self._transport = transport
        self._reader = Reader(transport)
        self._actions = Actions(transport, lambda: bool(self.fields(PAIR.name)))
        self._attention = Attention(self._actions, self._reader)
        self.audiences = Audiences(transport, self._actions)
        self._fallback = Fallback(transport, self._reader)
        self._compares: bool | None = None

    @property
    def transport(self) -> str:
        """Name the way by which this CRM is called."""
        return self._transport.name

    @property
    def calls(self) -> int:
        """Count the requests made so far, those sent again too."""
        return self._transport.calls

    @property
    def compare_and_set(self) -> bool:
        """Tell whether this user may run the action that compares and sets; asked once, with an empty batch.

        Where it may not even look for the action, nothing of ours is open to it: CrmPermissionError.
        """
        if self._compares is None:
            self._actions.find(ACTION_APPLY)
            try:
                self._actions.run(ACTION_APPLY, "binome_apply", {"model": PARTNER, "rows": []})
            except CrmPermissionError:
                if self._transport.version() < LISTS_SINCE:
                    raise
                self._compares = False
            else:
                self._compares = True
        return self._compares

    def server(self) -> Server:
        """Say who answers: version, database, user, module."""
        version = self._transport.version()
        user = self._transport.call("res.users", "context_get", repeatable=True)["uid"]
        found = self._transport.call("res.users", "read", [user], fields=["login"], load="", repeatable=True)
        login = found[0]["login"] if found else ""
        return Server(version, self._transport.name, self._transport.database, login, self._module_version())

    def now(self) -> str:
        """Tell the CRM's own clock, UTC: the web server's, which is Odoo's or its proxy's.

        It costs no call once the CRM has answered anything. ``write_date`` is told by the CRM's database instead; the
        overlap of every poll (minutes) covers what the two differ.
        """
        return self._transport.now()

    def fields(self, model: str) -> dict[str, FieldFact]:
        """Describe a model's fields; empty where the model does not exist or may not be read."""
        try:
            found = self._transport.call(model, "fields_get", attributes=["type", "relation"], repeatable=True)
        except (CrmModuleError, CrmPermissionError):
            return {}
        return {name: FieldFact(name, fact["type"], fact.get("relation")) for name, fact in found.items()}

    def bindings(self, model: str, external_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Map every external id of ours on this model, or these only, to its database id."""
        return self._reader.bindings(model, external_ids)

    def living(self, model: str, ids: Sequence[int]) -> set[int]:
        """Keep the database ids of records that still exist and that we may see, archived ones too."""
        return self._reader.living(model, ids)

    def changed(self, model: str, columns: Sequence[str], since: str | None, after: int = 0) -> Page:
        """Read a page of records last written at or after ``since``, by ascending id above ``after``."""
        return self._reader.changed(model, columns, since, after)

    def read(self, model: str, columns: Sequence[str], external_ids: Sequence[str]) -> Page:
        """Read the bound records of these external ids, archived too."""
        return self._reader.read(model, columns, external_ids)

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Create or compare-and-set up to ``BATCH`` payloads of one model in one transaction, in order."""
        if not payloads:
            return []
        models = {payload.model for payload in payloads}
        if len(models) != 1 or len(payloads) > BATCH:
            raise ValueError(f"a batch holds one model and at most {BATCH} payloads")
        rows = [
            [item.external_id, None if item.expected is None else dict(item.expected), _thawed(item.values)]
            for item in payloads
        ]
        names = [item.external_id for item in payloads]
        try:
            if self._compares is not False:
                request = {"model": models.pop(), "rows": rows}
                return outcomes(names, self._actions.run(ACTION_APPLY, "binome_apply", request))
        except CrmPermissionError:
            if self.compare_and_set:
                raise  # the action may be run: it is these records that the user may not write
        return self._fallback.apply(payloads)

    def bind(self, model: str, pairs: Sequence[tuple[str, int]]) -> list[Outcome]:
        """Give existing records an external id: bound, existing, missing, taken. One transaction a ``BATCH``."""
        done: list[Outcome] = []
        for part in chunks(pairs, BATCH):
            request = {"model": model, "rows": [list(pair) for pair in part]}
            done += outcomes([name for name, _ in part], self._actions.run(ACTION_BIND, "binome_bind", request))
        return done

    def find_contacts(self, emails: Sequence[str]) -> list[tuple[int, str, str]]:
        """Find active contacts by e-mail, case ignored: database id, name and e-mail of each."""
        found: list[tuple[int, str, str]] = []
        for part in chunks(sorted({email.strip().lower() for email in emails}), PAGE):
            rows = self._transport.call(
                PARTNER, "search_read", repeatable=True, domain=[("email_normalized", "in", list(part))],
                fields=["name", "email"], order="id", load="",
            )
            found += [(row["id"], row["name"] or "", row["email"] or "") for row in rows]
        return found

    def remind(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Schedule activities, each once while it is open. The CRM chooses the coordinator who is asked."""
        return self._attention.remind(todos)

    def withdraw(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Take back our open activities of the same record, type and summary."""
        return self._attention.withdraw(todos)

    def explain(self, notes: Sequence[Note]) -> list[Outcome]:
        """Post internal notes, unless the record's newest message is that very note of ours."""
        return self._attention.explain(notes)

    def erase(self, erasures: Sequence[Erasure]) -> list[Outcome]:
        """Delete records of ours for good, with all that hangs on them; one transaction a ``BATCH``."""
        done: list[Outcome] = []
        for part in chunks(erasures, BATCH):
            request = {"rows": [[one.external_id, dict(one.shown)] for one in part]}
            results = self._actions.run(ACTION_ERASE, "binome_erase", request)
            done += outcomes([one.external_id for one in part], results)
        return done

    def pull_back(self, withdrawals: Sequence[Withdrawal]) -> list[Outcome]:
        """Empty columns of contacts and delete what else shows them there; who may not run the action keeps them."""
        done: list[Outcome] = []
        try:
            for part in chunks(withdrawals, BATCH):
                request = {"rows": [[one.external_id, list(one.columns)] for one in part]}
                results = self._actions.run(ACTION_PULL_BACK, "binome_pull_back", request)
                done += outcomes([one.external_id for one in part], results)
        except CrmPermissionError:
            if self.compare_and_set:
                raise  # the action may be run: it is these contacts that the user may not write
            return [Outcome(one.external_id, "kept") for one in withdrawals]
        return done

    def finished(self, since: str | None) -> list[Finished]:
        """List what staff marked done at or after ``since``, on bound records of our own models."""
        return self._attention.finished(since)

    def mark(self, new: str | None = None) -> str | None:
        """Tell the sync mark that lies in the CRM's database, and put ``new`` in its place, in one transaction."""
        ((mark,),) = self._actions.run(ACTION_MARK, "binome_mark", {"rows": [[new or False]]})
        return mark or None

    def _module_version(self) -> str | None:
        """Give the installed version of our module; who may not read it learns only that the module is there."""
        try:
            found = self._transport.call(
                "ir.module.module", "search_read", repeatable=True, fields=["installed_version"], load="",
                domain=[("name", "=", MODULE), ("state", "in", ["installed", "to upgrade"])],
            )
        except CrmPermissionError:
            return "unknown" if self.fields(PAIR.name) else None
        return found[0]["installed_version"] if found else None


def _thawed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a payload's values as JSON takes them: its link sets are frozen, so that nothing is added after the gate."""
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}
