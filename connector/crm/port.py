"""What Binôme asks of a CRM: one protocol, which Odoo (over two transports) and the sandbox both keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mappings.egress import CrmPayload

BATCH = 500
"""Records in one writing call: above it little is gained (ODOO.md, "Bulk calls")."""

PAGE = 2000
"""Records in one reading call."""

QUIET: Mapping[str, bool] = {
    "tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True, "mail_notrack": True,
    "mail_activity_quick_update": True, "no_mail_to_attendees": True,
}
"""The context of every machine write: no mail, no follower, no log line."""


@dataclass(frozen=True, slots=True)
class Server:
    """What the CRM says of itself and of us. ``version`` is the major one."""

    version: int
    transport: str
    database: str
    login: str
    module: str | None
    """Version of our data module as installed, ``None`` where it is not."""


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One field as the CRM describes it."""

    name: str
    type: str
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One CRM record as read: raw values (``False`` for empty, database ids for links) and every external id of ours.

    A contact that staff merged carries the external ids of all who were merged into it.
    """

    id: int
    external_ids: tuple[str, ...]
    write_date: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows. ``links`` names the external ids of every linked record of ours (those of our data module's own
    records, such as contact tags, too), by model and database id. ``after`` is what to ask next; ``None``: the end.
    """

    rows: tuple[Row, ...]
    links: Mapping[tuple[str, int], tuple[str, ...]]
    after: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the CRM did with one payload.

    ``status``: created, existing, updated, stale, missing, foreign, dangling, withdrawn, erased, unbound,
    pulled, kept
    (see connector/crm/module/actions).
    """

    external_id: str
    status: str
    id: int | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """An activity for staff on one record of ours. ``summary`` is constant wording and field names, never a value."""

    external_id: str
    activity_type: str
    summary: str
    deadline: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the chatter of one record of ours. ``body`` is plain text, constant wording and field names."""

    external_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """One record of ours to be erased. ``shown``: columns of a contact that are emptied, should it stay with them."""

    external_id: str
    shown: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Columns of one contact of ours that are to show nothing any more."""

    external_id: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """An activity that staff marked done; what they wrote about it stays in the CRM.

    ``activity_type`` is an external id. ``done_at``: UTC, to the second; the end of the day where somebody touched the
    activity again on a later day.
    """

    id: int
    external_id: str
    model: str
    activity_type: str
    summary: str
    done_at: str


class Crm(Protocol):
    """The CRM side. Every call is one transaction there; every failure is a CrmError that tells what to do."""

    @property
    def calls(self) -> int:
        """Count the requests made so far."""

    @property
    def compare_and_set(self) -> bool:
        """Tell whether updates compare and write in one transaction there; if not, an edit may be overwritten."""

    def server(self) -> Server:
        """Say who answers: version, database, user, module."""

    def now(self) -> str:
        """Tell the CRM's own clock, UTC, ``YYYY-MM-DD HH:MM:SS``."""

    def fields(self, model: str) -> dict[str, FieldFact]:
        """Describe a model's fields; empty where there is no such model. Names are told to every employee."""

    def bindings(self, model: str, external_ids: Sequence[str] | None = None) -> dict[str, int]:
        """Map every external id of ours on this model to its database id; with names given, only those.

        It tells a deleted record from one that we may not see: archived and hidden records are in, deleted ones not.
        """

    def living(self, model: str, ids: Sequence[int]) -> set[int]:
        """Keep the database ids of records that still exist and that we may see, archived ones too."""

    def changed(self, model: str, columns: Sequence[str], since: str | None, after: int = 0) -> Page:
        """Read records (archived too) last written at or after ``since``, by ascending id above ``after``.

        ``since=None`` reads all: of a shared model (res.partner) only those bound to us, of our own models every one.
        """

    def read(self, model: str, columns: Sequence[str], external_ids: Sequence[str]) -> Page:
        """Read the bound records of these external ids, archived too; unbound or vanished ones are left out."""

    def apply(self, payloads: Sequence[CrmPayload]) -> list[Outcome]:
        """Create or compare-and-set up to ``BATCH`` payloads of one model in one transaction, in order.

        Sending the same creation again gives ``existing``. One invalid row fails the whole batch (CrmInvalid).
        """

    def bind(self, model: str, pairs: Sequence[tuple[str, int]]) -> list[Outcome]:
        """Give existing records an external id: bound, existing, missing, taken."""

    def find_contacts(self, emails: Sequence[str]) -> list[tuple[int, str, str]]:
        """Find contacts by e-mail, case ignored: database id, name and e-mail of each."""

    def remind(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Schedule activities, each once while it is open: created, existing, missing. Contacts are refused."""

    def withdraw(self, todos: Sequence[Todo]) -> list[Outcome]:
        """Take back our open activities of the same record, type and summary: withdrawn, missing.

        Nothing shows in the chatter; what staff scheduled by hand is left.
        """

    def explain(self, notes: Sequence[Note]) -> list[Outcome]:
        """Post internal notes, without mail or new followers: created, existing, missing. Contacts are refused.

        ``existing``: the record's newest message is this very note of ours, and nothing is posted.
        """

    def erase(self, erasures: Sequence[Erasure]) -> list[Outcome]:
        """Delete up to ``BATCH`` records for good in one transaction, with all of ours that needs them, their chatter,
        attachments and activities: erased, unbound, missing.

        ``unbound``: a contact that we did not create, or that the CRM needs elsewhere: it stays, without our external
        id, our tags and what is ``shown``.
        """

    def pull_back(self, withdrawals: Sequence[Withdrawal]) -> list[Outcome]:
        """Empty columns of contacts for good, a ``BATCH`` a transaction: pulled, missing, kept.

        What hangs on the contact and shows what they hold or held (tracked values, messages with their attachments,
        mail, activities) is deleted. ``kept``: this user may not; nothing was done.
        """

    def finished(self, since: str | None) -> list[Finished]:
        """List the activities that staff marked done (not cancelled) at or after ``since``, by id, in two calls.

        On bound records of our own models only; of our types, or Odoo's own "Meeting".
        """

    def mark(self, new: str | None = None) -> str | None:
        """Tell the sync mark that lies in the CRM's database, and put ``new`` in its place, in one transaction.

        A database restored from a backup shows the mark of its day. A setting sent again after a lost answer tells
        ``new`` itself.
        """


class Transport(Protocol):
    """One way to call Odoo's methods by name."""

    name: str

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, *,
        context: Mapping[str, Any] | None = None, repeatable: bool = False, **arguments: Any,
    ) -> Any:
        """Call one method in one transaction. ``repeatable`` says that sending it again does no harm."""
