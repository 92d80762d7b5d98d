"""JSON-RPC, by odoorpc: Odoo 17 to 21, with an API key or a password."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import Request

import odoorpc  # type: ignore[import-untyped] # it ships no types
from pydantic import SecretStr

from connector.crm.errors import CrmAnswerLost, CrmCredentials, CrmError, CrmNotOdoo
from connector.crm.faults import Call, read_answer, told
from connector.crm.retry import Patience, persist
from connector.crm.wire import Address, Timeout, Wire

logging.getLogger("odoorpc").setLevel(logging.WARNING)  # its debug lines hold the password and every value

_LOGIN = Call("common", "login", "common")


class _Opener:
    """What odoorpc sends by: our own wire instead of urllib, so that both transports fail in the same words."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.call = _LOGIN

    def open(self, request: Request, timeout: float | None = None) -> io.BytesIO:  # noqa: ARG002 # odoorpc's signature
        body = request.data if isinstance(request.data, bytes) else b""
        answer = self._wire.send(request.selector, body)
        if answer.status != 200 or answer.type != "application/json":
            read_answer(answer, self.call)
        if answer.body and b'"jsonrpc"' not in answer.body[:80]:
            raise CrmNotOdoo(f"{self.call}: an answer that is not Odoo's")  # odoorpc would take it for a None
        return io.BytesIO(answer.body)


class JsonRpcTransport:
    """Calls Odoo by ``/jsonrpc``, as one user who logs in once."""

    name = "jsonrpc"

    def __init__(
        self, url: str, database: str, user: str, secret: SecretStr, *, timeout: Timeout = (5.0, 60.0),
        allow_insecure: bool = False, patience: Patience = Patience(),
    ) -> None:
        self.database, self._user, self._secret, self._patience = database, user, secret, patience
        self._wire = Wire(Address.parse(url, allow_insecure=allow_insecure), database, timeout)
        self._opener = _Opener(self._wire)
        self._odoo: Any = None

    def __repr__(self) -> str:
        return f"JsonRpcTransport({self._wire.address}, {self.database})"

    @property
    def calls(self) -> int:
        """Count the requests made so far."""
        return self._wire.sent

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, *,
        context: Mapping[str, Any] | None = None, repeatable: bool = False, **arguments: Any,
    ) -> Any:
        """Call one method in one transaction. ``repeatable`` says that sending it again does no harm."""
        odoo = self._logged_in()
        named = arguments | ({"context": dict(context)} if context else {})
        placed = [] if ids is None else [list(ids)]
        if method == "create":  # /jsonrpc looks for what to create in the first place, whatever its name
            placed.append(named.pop("vals_list"))
        call = Call.of(model, method, context)

        def send() -> Any:
            return self._judged(call, odoo.execute_kw, model, method, placed, named)

        return persist(send, self._patience, repeatable=repeatable)

    def version(self) -> int:
        """Give the server's major version."""
        return int(str(self._logged_in().version).partition(".")[0].removeprefix("saas~"))

    def now(self) -> str:
        """Tell the CRM's clock, UTC. It is known from the last answer; only a first call asks for it."""
        self._logged_in()
        return self._wire.now() or ""

    def _logged_in(self) -> Any:
        if self._odoo is None:
            self._odoo = persist(lambda: self._judged(_LOGIN, self._log_in), self._patience, repeatable=True)
        return self._odoo

    def _log_in(self) -> Any:
        address = self._wire.address
        protocol = "jsonrpc+ssl" if address.secure else "jsonrpc"
        odoo = odoorpc.ODOO(address.host, protocol, address.port, opener=self._opener)
        odoo.login(self.database, self._user, self._secret.get_secret_value())
        return odoo

    def _judged(self, call: Call, do: Any, *arguments: Any) -> Any:
        """Do one thing with odoorpc; what it raises holds Odoo's traceback and values, and goes no further."""
        self._opener.call = call
        failure: CrmError
        try:
            return do(*arguments)
        except odoorpc.error.RPCError as error:
            failure = _told(error.info, call)
        except ValueError:
            failure = CrmAnswerLost(f"{call}: the answer ends too early")
        except (AttributeError, KeyError, TypeError):
            failure = CrmNotOdoo(f"{call}: an answer that is not Odoo's")
        raise failure  # outside the handler: no chain to odoorpc's exception


def _told(info: Any, call: Call) -> CrmError:
    """Judge odoorpc's RPCError: without ``info`` it is its own word for a login that was refused."""
    if not info:
        return CrmCredentials("the CRM does not accept the user with this key or password")
    data = info.get("data") or {}
    return told(str(data.get("name", "")), str(data.get("message", "")), call)
