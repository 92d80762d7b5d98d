"""Find out how to speak to the CRM that the settings name, and connect."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from pydantic import SecretStr

from connector.crm import dialect
from connector.crm.errors import CrmCredentials, CrmDatabaseUnknown, CrmError, CrmNotOdoo, CrmTooOld
from connector.crm.faults import Call, read_answer
from connector.crm.json2 import Json2Transport
from connector.crm.jsonrpc import JsonRpcTransport
from connector.crm.odoo import OdooCrm, OdooTransport
from connector.crm.port import Crm
from connector.crm.retry import Patience, persist
from connector.crm.wire import Address, Answer, Timeout, Wire
from connector.settings import CrmSettings

SANDBOX = "sandbox:"

_VERSION = Call("web", "version", "web")


@dataclass(frozen=True, slots=True)
class Probe:
    """What an address turned out to be: the transport to use, Odoo's major version, and why."""

    transport: str
    version: int
    reason: str


def connect(crm: CrmSettings) -> Crm:
    """Connect to the CRM of the settings; ``auto`` chooses the transport by asking the server."""
    if crm.url.startswith(SANDBOX):
        from connector.crm.sandbox import SandboxCrm  # noqa: PLC0415 # a CRM in memory is not for production

        return SandboxCrm.at(crm.url)
    return OdooCrm(odoo_transport(crm))


def odoo_transport(crm: CrmSettings) -> OdooTransport:
    """Open the way to the Odoo of the settings, without the port on top: installing the data module needs no more."""
    timeout = _timeout(crm)
    secret = crm.credential()
    if _transport(crm, secret, timeout) == Json2Transport.name:
        return Json2Transport(crm.url, crm.database, secret, timeout=timeout, allow_insecure=crm.allow_insecure)
    if not crm.database:
        raise CrmDatabaseUnknown("[crm] database is empty, and JSON-RPC needs its name")
    if not crm.user:
        raise CrmCredentials("[crm] user is empty, and JSON-RPC needs the login", "Set [crm] user in binome.toml.")
    return JsonRpcTransport(
        crm.url, crm.database, crm.user, secret, timeout=timeout, allow_insecure=crm.allow_insecure,
    )


def probe(
    url: str, database: str = "", *, timeout: Timeout = (5.0, 20.0), allow_insecure: bool = False,
    patience: Patience = Patience(),
) -> Probe:
    """Find out what answers at an address, without logging in.

    JSON-2 is there when a call without a key is refused with 401 and JSON. Before 19 Odoo redirects it to a login
    page or knows no such page; whatever then also fails to tell Odoo's version is not Odoo.
    """
    wire = Wire(Address.parse(url, allow_insecure=allow_insecure), database, timeout)
    if _speaks_json2(wire, patience):
        version = _version(wire, patience)
        return Probe(Json2Transport.name, version, "/json/2 answers and asks for a key")
    version = _version(wire, patience)
    if not dialect.supported(version):
        raise CrmTooOld(f"this is Odoo {version}")
    return Probe(JsonRpcTransport.name, version, "/json/2 is not there, /jsonrpc is")


def _transport(crm: CrmSettings, secret: SecretStr, timeout: Timeout) -> str:
    """Choose the transport; JSON-2 takes API keys only, so a password goes by JSON-RPC."""
    if crm.transport != "auto":
        return crm.transport
    if crm.user and not re.fullmatch(r"[0-9a-f]{40}", secret.get_secret_value()):
        return JsonRpcTransport.name
    return probe(crm.url, crm.database, timeout=timeout, allow_insecure=crm.allow_insecure).transport


def _timeout(crm: CrmSettings) -> Timeout:
    return min(5.0, crm.timeout), crm.timeout


def _speaks_json2(wire: Wire, patience: Patience) -> bool:
    answer = persist(lambda: wire.send("/json/2/res.users/context_get", b"{}"), patience, repeatable=True)
    if answer.status == 401 and answer.type == "application/json":
        return True
    try:
        read_answer(answer, _VERSION)
    except CrmDatabaseUnknown:
        raise
    except CrmError:
        return False
    return False


def _version(wire: Wire, patience: Patience) -> int:
    """Read the major version at the one address that 17 to 19 all have, and that asks for no login."""

    def ask() -> Answer:
        return wire.send("/web/webclient/version_info", json.dumps({"jsonrpc": "2.0", "params": {}}).encode())

    found = read_answer(persist(ask, patience, repeatable=True), _VERSION)
    try:
        return int(str(found["result"]["server_version_info"][0]).removeprefix("saas~"))
    except (LookupError, TypeError, ValueError):
        raise CrmNotOdoo("what answers at the address does not tell a version as Odoo does") from None
