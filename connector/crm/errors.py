"""What can go wrong with the CRM, judged once and for all callers: will trying again help, and what should a person do?

A message names models, methods, fields and hosts, never a value: Odoo's own words stay behind (see faults.py).
"""

from __future__ import annotations

from typing import ClassVar


class CrmError(Exception):
    """The CRM did not do what was asked. Read the message, then do what ``advice`` says."""

    transient: ClassVar[bool] = False
    """Whether the same call may well succeed a little later, with nothing changed by anybody."""

    advice: str = 'Run `binome status`, then read docs/operations.md, "When the CRM refuses".'

    def __init__(
        self, message: str, advice: str | None = None, *, model: str = "", fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message, self.model, self.fields = message, model, fields
        self.advice = advice or type(self).advice


class TransientCrmError(CrmError):
    """Nothing is wrong on our side. Wait: the next run does what this one could not."""

    transient = True
    advice = "Wait a few minutes and run the same command again; nothing was lost."


class CrmUnreachable(TransientCrmError):
    """Nobody answers at the address, and nothing was sent. Check the address and that the CRM is up."""

    advice = "Check [crm] url in binome.toml and that the CRM opens in a browser, then run `binome status`."


class CrmBusy(TransientCrmError):
    """The CRM turned the call away and did nothing: overloaded, locked, or being upgraded. Wait and run again."""

    def __init__(self, message: str, advice: str | None = None, *, model: str = "", wait: float = 0.0) -> None:
        super().__init__(message, advice, model=model)
        self.wait = wait
        """Seconds that the CRM itself asked us to wait."""


class CrmAnswerLost(TransientCrmError):
    """The call was sent, its answer never came whole: it may have been done or not. Run again; that is harmless."""

    advice = "Run the same command again: what was already done is recognised, nothing is done twice."


class CrmCredentials(CrmError):
    """The CRM does not know the key or the password. Make a new API key and give it to Binôme."""

    advice = (
        "In Odoo, open Preferences > Security > API Keys as that user and make a new key (keys end: an employee's "
        "after 90 days at most, that of Binôme's own user after 365), put it in BINOME_CRM_SECRET, then run "
        "`binome status`."
    )


class CrmPermissionError(CrmError):
    """The CRM knows the user but does not let it do this. An administrator gives it the synchronisation group."""

    advice = (
        'An Odoo administrator opens Settings > Users, the user under [crm] user, and gives it the group "Sync '
        "(Binôme's own user)\" under Mentoring; then run `binome status`. To install, use an administrator's account."
    )


class CrmDatabaseUnknown(CrmError):
    """The server has no such database, or hides it. Correct the database's name."""

    advice = "Correct [crm] database in binome.toml: the name is shown in Odoo under Settings, or by who runs it."


class CrmNotOdoo(CrmError):
    """Something answers at the address, and it is not Odoo: a proxy, a login page, another site. Correct it."""

    advice = "Open [crm] url in a browser: it must lead straight to Odoo. Correct it in binome.toml."


class CrmTooOld(CrmError):
    """The Odoo is older than 17: it would take in a data module by halves. Upgrade it."""

    advice = "Upgrade Odoo to 17 or later; Binôme is tried on 19."


class CrmInvalid(CrmError):
    """The CRM refuses a value that Binôme sent. Correct the record: `binome status` has its key."""

    advice = "Run `binome conflicts` to see which record it is, correct the named fields, then run `binome sync`."


class CrmMissing(CrmError):
    """A record that the call named is gone from the CRM. Plan again: the next run sees that it is gone."""

    advice = "Run `binome plan`: it reads the CRM afresh and says what became of the record."


class CrmModuleError(CrmError):
    """Binôme's data module is not in the CRM, or is an older one. An administrator installs it."""

    advice = "Run `binome install` with an administrator's account (`binome install --check` shows what would change)."


class CrmFault(CrmError):
    """The CRM failed inside, or Binôme asked something wrong. Look at the CRM's log at that time, then report it."""

    advice = "Look at the Odoo server's log at this time for the traceback, then report it with the class name shown."


class CrmInsecure(CrmError):
    """The address is plain http to another machine: key and contacts would be readable on the way. Use https."""

    advice = "Write https:// under [crm] url. On a closed test network only, set allow_insecure = true under [crm]."


class CrmCertificate(CrmError):
    """The CRM's certificate does not prove who it is. Nothing was sent. Have the certificate corrected."""

    advice = (
        "Check the certificate in a browser. For a company's own authority, name its file in REQUESTS_CA_BUNDLE; "
        "verification cannot be switched off."
    )
