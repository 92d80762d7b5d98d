"""What each failure means to the shell and to the person in front of it."""

from __future__ import annotations

from connector.credentials import SettingsError
from connector.crm.errors import (
    CrmCertificate,
    CrmCredentials,
    CrmDatabaseUnknown,
    CrmError,
    CrmInsecure,
    CrmModuleError,
    CrmNotOdoo,
    CrmPermissionError,
    CrmTooOld,
)
from connector.register.errors import (
    RegisterError,
    RegisterMissing,
    RegisterNewer,
    RegisterOutdated,
    RegisterUrlWrong,
    VaultKeyMissing,
    VaultKeyWrong,
)
from mappings.catalogue import CatalogueRefused
from mappings.egress import EgressRefused
from sync_jobs.cycle import ApprovalNeeded
from sync_jobs.lease import LeaseHeld, LeaseLost
from sync_jobs.migrations.problems import WorkbookError
from sync_jobs.undo import UndoRefused
from sync_jobs.refused import CommandRefused, RatingsMissing
from sync_jobs.words import FAILURES, Language, reason_text

DONE, FAILED, CONFIGURATION, PERSON = 0, 1, 2, 3

_CONFIGURATION = (
    SettingsError,
    CrmCertificate,
    CrmCredentials,
    CrmDatabaseUnknown,
    CrmInsecure,
    CrmModuleError,
    CrmNotOdoo,
    CrmPermissionError,
    CrmTooOld,
    RegisterMissing,
    RegisterNewer,
    RegisterOutdated,
    RegisterUrlWrong,
    UndoRefused,
    VaultKeyMissing,
    VaultKeyWrong,
    CommandRefused,
)

EXPECTED = (
    SettingsError,
    CrmError,
    RegisterError,
    WorkbookError,
    CatalogueRefused,
    EgressRefused,
    ApprovalNeeded,
    LeaseHeld,
    LeaseLost,
    UndoRefused,
    CommandRefused,
)
"""Failures that are told in a sentence; anything else is a defect and says so."""


def exit_code(error: Exception) -> int:
    """Give the exit code of DESIGN 8: 1 failed, 2 usage or configuration, 3 needs a person."""
    if isinstance(error, ApprovalNeeded | LeaseHeld | RatingsMissing):
        return PERSON
    return CONFIGURATION if isinstance(error, _CONFIGURATION) else FAILED


def advice(error: Exception) -> str:
    """Say what to do about it."""
    if isinstance(error, ApprovalNeeded):
        return f"Look at `binome plan`, then run `binome sync --approve {error.plan.hash}`."
    if isinstance(error, CatalogueRefused | EgressRefused):
        return "Nothing was sent. Correct the map named above, then run `binome lint`."
    return str(getattr(error, "advice", ""))


def told(error: Exception, language: Language) -> tuple[str, str, str]:
    """Say what went wrong and what to do, in the reader's language, and in English what the French leaves out."""
    english = str(getattr(error, "message", None) or error)
    if isinstance(error, ApprovalNeeded):
        reasons = "; ".join(reason_text(reason, language) for reason in error.reasons)
        if language == "fr":
            todo = f"Regardez `binome plan`, puis lancez `binome sync --approve {error.plan.hash}`."
            return f"Rien n'a été changé, un accord est nécessaire : {reasons}.", todo, ""
        return f"Nothing was changed, approval is needed: {reasons}.", advice(error), ""
    if language == "fr" and isinstance(error, CommandRefused):
        return *error.french, ""
    known = next((FAILURES[c.__name__] for c in type(error).__mro__ if c.__name__ in FAILURES), None)
    if language == "fr" and known:
        return *known, english
    return english, advice(error), ""
