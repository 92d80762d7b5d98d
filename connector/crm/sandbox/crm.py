"""The sandbox CRM: the port, kept by an embedded database with Odoo 19's semantics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Self

from connector.crm import port
from connector.crm.errors import CrmModuleError, CrmPermissionError
from connector.crm.module.names import MODULE_VERSION
from connector.crm.port import Erasure, FieldFact, Finished, Note, Outcome, Page, Row, Server, Todo, Withdrawal
from connector.crm.sandbox import attention, erasing, partner, pulling
from connector.crm.sandbox.batch import Batch
from connector.crm.sandbox.records import Records
from connector.crm.sandbox.schema import FIELDS, SYNC
from connector.crm.sandbox.staff import Staff
from connector.crm.sandbox.store import Clock, Store, utc_now
from mappings.destinations import MODELS, PAIR, PARTNER, ROLE_TAGS
from mappings.egress import CrmPayload

Rights = Literal["sync", "coordinator", "employee"]
"""Whose rights the port has. As in Odoo, all but the sync's own user may look contacts up, and no more."""

SCHEME = "sandbox:"


class SandboxCrm:
    """An embedded CRM that accepts what the real Odoo accepts. ``calls`` counts the port's calls."""

    def __init__(self, store: Store, location: str, rights: Rights = "sync") -> None:
        self._store, self._location, self.rights = store, location, rights
        self.calls = 0
        with store.transaction() as records:
            _seed(records)

    @classmethod
    def open(cls, path: str | None = None, *, clock: Clock = utc_now, rights: Rights = "sync") -> Self:
        """Open the sandbox in one file that processes share, or in memory where no path is given."""
        return cls(Store(path, clock), path or "memory", rights)

    @classmethod
    def at(cls, url: str, *, clock: Clock = utc_now) -> Self:
        """Open the sandbox of an address: ``sandbox:`` in memory, ``sandbox:///path/file`` in a file."""
        return cls.open(url.removeprefix(SCHEME).removeprefix("//") or None, clock=clock)

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def backup(self) -> bytes:
        """Take the whole CRM as it is now, mark and all."""
        return self._store.backup()

    def restore(self, taken: bytes) -> None:
        """Put the CRM back as it was when the backup was taken; what came after is lost, as in a real restoration."""
        self._store.restore(taken)

    def acting_as(self, rights: Rights) -> Self:
        """Reach the same CRM as a user with other rights, over a connection of its own."""
        return type(self)(self._store, self._location, rights)

    def as_staff(self) -> Staff:
        """Act as a coordinator does on the CRM's screens."""
        return Staff(self._store)

    # -- the port

    compare_and_set = True
    """A batch is one transaction here."""

    def server(self) -> Server:
        """Say who answers."""
        with self._call(open_to_all=True):
            return Server(19, "sandbox", self._location, self.rights, MODULE_VERSION)

    def now(self) -> str:
        """Tell the CRM's own clock."""
        with self._call(open_to_all=True) as records:
            return records.now

    def fields(self, model: str) -> dict[str, FieldFact]:
        """Describe a model's fields, as Odoo does to everybody; empty where the model does not exist."""
        with self._call(open_to_all=True):
            if model not in FIELDS:
                return {}
            facts = [FieldFact("id", "integer"), FieldFact("write_date", "datetime")]
            own = FIELDS[model].items()
            facts += [FieldFact(name, item.type, item.relation or None) for name, item in own]
            return {fact.name: fact for fact in facts}

    def bindings(self, model: str, external_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Map every external id of ours on this model, or these only, to its database id."""
        with self._call(model) as records:
            found = records.bindings(model)
            return found if external_ids is None else {name: found[name] for name in external_ids if name in found}

    def living(self, model: str, ids: Sequence[int]) -> set[int]:
        """Keep the database ids of records that still exist, archived ones too."""
        with self._call(model) as records:
            return {one for one in ids if records.exists(model, one)}

    def changed(self, model: str, columns: Sequence[str], since: str | None, after: int = 0) -> Page:
        """Read records last written at or after ``since``, by ascending id above ``after``."""
        with self._call(model) as records:
            where, arguments = 'id > ? AND id NOT IN (SELECT res_id FROM "ir.rule" WHERE model = ?)', [after, model]
            if since is not None:
                where += " AND write_date >= ?"
                arguments.append(since)
            elif not MODELS[model].ours:
                where += " AND id IN (SELECT res_id FROM external WHERE model = ? AND name LIKE 'binome.%')"
                arguments.append(model)
            found = records.search(model, where, arguments, limit=port.PAGE)
            return _page(records, model, columns, found, found[-1] if len(found) == port.PAGE else None)

    def read(self, model: str, columns: Sequence[str], external_ids: Sequence[str]) -> Page:
        """Read the bound records of these external ids, archived too."""
        with self._call(model) as records:
            bound = {records.live(external_id) for external_id in external_ids}
            found = {each[1] for each in bound if each and each[0] == model} - records.hidden(model)
            return _page(records, model, columns, sorted(found))

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Create or compare-and-set a batch of payloads of one model in one transaction."""
        if not payloads:
            return []
        models = {payload.model for payload in payloads}
        if len(models) > 1 or len(payloads) > port.BATCH:
            raise ValueError(f"a batch holds one model and at most {port.BATCH} payloads")
        with self._call(*models) as records:
            return Batch(records, payloads).run()

    def bind(self, model: str, pairs: Sequence[tuple[str, int]]) -> list[Outcome]:
        """Give existing records an external id: bound, existing, missing, taken."""
        with self._call(model) as records:
            return [_bind(records, model, external_id, record) for external_id, record in pairs]

    def find_contacts(self, emails: Sequence[str]) -> list[tuple[int, str, str]]:
        """Find active contacts by e-mail, case ignored."""
        wanted = {email.strip().lower() for email in emails}
        with self._call(PARTNER, open_to_all=True) as records:
            listed = records.search(PARTNER, "active AND email <> ''")
            rows = ((each, records.row(PARTNER, each)) for each in listed)
            found = ((each, row["name"], row["email"]) for each, row in rows)
            return [each for each in found if partner.address(each[2]) in wanted]

    def remind(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Schedule activities, each once while it is open."""
        with self._call(PAIR.name) as records:
            return [attention.remind(records, todo) for todo in todos]

    def withdraw(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Take back our open activities of the same record, type and summary."""
        with self._call(PAIR.name) as records:
            return [attention.withdraw(records, todo) for todo in todos]

    def explain(self, notes: Sequence[Note]) -> list[Outcome]:
        """Post internal notes, unless the record's newest message is that very note of ours."""
        with self._call(PAIR.name) as records:
            return [attention.explain(records, note) for note in notes]

    def erase(self, erasures: Sequence[Erasure]) -> list[Outcome]:
        """Delete records of ours for good, with all that hangs on them."""
        with self._call(PAIR.name) as records:
            return erasing.erase(records, erasures)

    def pull_back(self, withdrawals: Sequence[Withdrawal]) -> list[Outcome]:
        """Empty columns of contacts, and delete what else shows them there."""
        with self._call(PARTNER) as records:
            return [pulling.pull_back(records, one) for one in withdrawals]

    def finished(self, since: str | None) -> list[Finished]:
        """List what staff marked done at or after ``since``, on bound records of our own models."""
        with self._call(PAIR.name) as records:
            return attention.finished(records, since)

    def mark(self, new: str | None = None) -> str | None:
        """Tell the sync mark that lies in the CRM's database, and put ``new`` in its place, in one transaction."""
        with self._call(PAIR.name) as records:
            return attention.mark(records, new)

    # -- inside

    @contextmanager
    def _call(self, *models: str, open_to_all: bool = False) -> Iterator[Records]:
        """Count one call, check the caller's rights and the models, and open its transaction."""
        self.calls += 1
        if self.rights != "sync" and not open_to_all:
            raise CrmPermissionError(f"the CRM does not let this user use {models[0]}", model=models[0])
        if unknown := [model for model in models if model not in MODELS]:
            raise CrmModuleError(f"the CRM has no {unknown[0]}", model=unknown[0])
        with self._store.transaction() as records:
            yield records


def _seed(records: Records) -> None:
    """Add what the data module ships: the contact tags of the roles; and two users, staff's and ours."""
    for role, tag in ROLE_TAGS.items():
        if records.resolve(tag) is None:
            made = records.create("res.partner.category", {"name": role.title()})
            records.name(tag, "res.partner.category", made)
    for login, name in (("admin", "Administrator"), (SYNC, "Binôme")):
        if not records.search("res.users", "login = ?", (login,)):
            records.create("res.users", {"name": name, "login": login})


def _page(
    records: Records, model: str, columns: Sequence[str], found: Iterable[int], after: int | None = None,
) -> Page:
    rows: list[Row] = []
    links: dict[tuple[str, int], tuple[str, ...]] = {}
    for record in found:
        values = records.read(model, record, columns)
        rows.append(Row(record, records.bound(model, record), values.pop("write_date"), values))
        links.update(_links(records, model, values))
    return Page(tuple(rows), links, after)


def _links(
    records: Records, model: str, values: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, int], tuple[str, ...]]]:
    for column, value in values.items():
        relation = FIELDS[model][column].relation
        targets = value if isinstance(value, list) else [value] if relation and value else []
        for target in targets:
            if names := records.names(relation, target):
                yield (relation, target), names


def _bind(records: Records, model: str, external_id: str, record: int) -> Outcome:
    bound = records.live(external_id)
    if not records.exists(model, record):
        return Outcome(external_id, "missing")
    if bound == (model, record):
        return Outcome(external_id, "existing", record)
    if bound:
        return Outcome(external_id, "taken", bound[1] if bound[0] == model else None)
    records.name(external_id, model, record)
    return Outcome(external_id, "bound", record)
