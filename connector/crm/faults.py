"""Odoo's own exceptions, told as ours. Both transports bring them here; their texts and tracebacks stop here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.crm.errors import (
    CrmAnswerLost, CrmBusy, CrmCredentials, CrmDatabaseUnknown, CrmError, CrmFault, CrmInvalid, CrmMissing,
    CrmModuleError, CrmNotOdoo, CrmPermissionError,
)
from connector.crm.wire import Answer
from mappings.destinations import MODELS

_BUSY = frozenset({
    "LockError", "LockNotAvailable", "SerializationFailure", "DeadlockDetected", "ConcurrencyError",
    "UniqueViolation", "PoolError", "QueryCanceled", "ReadOnlySqlTransaction",
})
"""Rolled back by the CRM, and fine a moment later. UniqueViolation: somebody made the same external id just now."""

_INVALID = frozenset({
    "ValidationError", "UserError", "RedirectWarning", "ValueError", "IntegrityError", "DataError",
    "InvalidTextRepresentation", "NumericValueOutOfRange", "StringDataRightTruncation", "InvalidDatetimeFormat",
    "DatetimeFieldOverflow",
})
"""ValueError too: Odoo answers so to a choice that it does not know."""

_ABSENT = frozenset({"NotFound", "AttributeError"})
"""JSON-2's and JSON-RPC's word for a model or a method that is not there."""


_UNKNOWN_DATABASE = b"X-Odoo-Database"
"""Odoo's 404 page for a database that it does not serve advises this header; no other page does."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as messages may name it. ``subject`` is the model that it is about."""

    model: str
    method: str
    subject: str

    @classmethod
    def of(cls, model: str, method: str, context: Mapping[str, Any] | None) -> Call:
        """Name a call; one that runs an action of ours is about the model of its rows."""
        for name, given in (context or {}).items():
            if name.startswith("binome_") and isinstance(given, Mapping) and given.get("model") in MODELS:
                return cls(model, method, str(given["model"]))
        return cls(model, method, model)

    def __str__(self) -> str:
        about = "" if self.subject == self.model else f" on {self.subject}"
        return f"{self.model}.{self.method}{about}"


def told(name: str, message: str, call: Call) -> CrmError:
    """Judge an exception of Odoo's by its class; ``message`` is looked at, never repeated."""
    kind = _inner_kind(name.rpartition(".")[2], message)
    if kind in _BUSY or _being_installed(kind, message):
        return CrmBusy(f"{call}: the CRM is busy with the same records ({kind})", model=call.subject)
    if kind in {"AccessDenied", "Unauthorized", "SessionExpiredException"}:
        return CrmCredentials("the CRM does not accept the key or the password (wrong, revoked or expired)")
    if kind in {"AccessError", "Forbidden"}:
        return CrmPermissionError(f"the CRM does not let this user call {call}", model=call.subject)
    if kind == "MissingError":
        return CrmMissing(f"{call}: a record is gone from the CRM", model=call.subject)
    if kind == "UserError" and message.startswith("Binôme: "):
        return CrmModuleError(f"the module in the CRM does not know what {call} sends", model=call.subject)
    if kind in _ABSENT or message.startswith(f"Object {call.model} doesn't exist"):
        return CrmModuleError(f"the CRM has no {call.model}.{call.method}", model=call.subject)
    if kind == "OperationalError":
        return _database(message, call)
    if kind in _INVALID or kind.endswith("Violation"):
        fields = named_fields(call.subject, message)
        which = f", fields {', '.join(fields)}" if fields else ""
        return CrmInvalid(f"{call}: the CRM refuses a value ({kind}{which})", model=call.subject, fields=fields)
    return CrmFault(f"{call}: the CRM failed inside ({_class_name(kind)})", model=call.subject)


def read_answer(answer: Answer, call: Call) -> Any:
    """Give the result that an answer holds, or raise what it means."""
    failure: CrmError | None = None
    document: Any = None
    try:
        document = json.loads(answer.body)
    except ValueError:
        failure = _unreadable(answer, call)
    if failure is None and answer.status != 200:
        failure = _refusal(document, answer, call)
    if failure is not None:
        raise failure  # outside the handler: a JSON error carries the document it could not read
    return document


def _unreadable(answer: Answer, call: Call) -> CrmError:
    if 300 <= answer.status < 400:
        return CrmNotOdoo(f"the address sends us elsewhere ({answer.status}) instead of answering")
    if answer.status == 404 and _UNKNOWN_DATABASE in answer.body:
        return CrmDatabaseUnknown("the server has no such database, or does not serve it at this address")
    if answer.type == "application/json":
        return CrmAnswerLost(f"{call}: the answer ends too early ({answer.status})")
    if answer.status == 500:
        return CrmFault(f"{call}: the CRM failed inside and does not say how")
    return CrmNotOdoo(f"a page ({answer.status}, {answer.type or 'no type'}) came where Odoo should answer {call}")


def _refusal(document: Any, answer: Answer, call: Call) -> CrmError:
    if not isinstance(document, dict) or not isinstance(document.get("name"), str):
        return CrmNotOdoo(f"{call}: an answer ({answer.status}) that is not Odoo's")
    return told(document["name"], str(document.get("message", "")), call)


def named_fields(model: str, message: str) -> tuple[str, ...]:
    """Name the fields of ``model`` that Odoo's message quotes: only names that our own catalogue holds come back."""
    known = MODELS[model].fields if model in MODELS else {}
    spoken, _, _source_of_the_action = message.partition(" while evaluating")
    quoted = set(re.findall(r"(?<=[.'\"(`])\w+(?=[:'\")`])", spoken))
    return tuple(sorted(quoted & known.keys()))


def _inner_kind(kind: str, message: str) -> str:
    """Look inside the ValueError in which Odoo wraps whatever an action of ours raised."""
    inner = re.match(r"(\w+)\(.* while evaluating\n", message, re.DOTALL) if kind == "ValueError" else None
    return inner[1] if inner else kind


def _being_installed(kind: str, message: str) -> bool:
    """Tell whether a model of ours is missing for the seconds that an import of the module takes."""
    return kind == "KeyError" and message.strip("'") in MODELS


def _database(message: str, call: Call) -> CrmError:
    if "does not exist" in message:
        return CrmDatabaseUnknown("the server has no such database")
    return CrmBusy(f"{call}: the CRM has lost its own database for a moment", model=call.subject)


def _class_name(kind: str) -> str:
    """Let an identifier through, nothing else: the name comes from outside."""
    return kind if re.fullmatch(r"[A-Za-z_]\w{0,60}", kind) else "unnamed error"
