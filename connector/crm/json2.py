"""JSON-2, Odoo's own API since 19: named arguments, an API key, real HTTP statuses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from connector.crm.faults import Call, read_answer
from connector.crm.retry import Patience, persist
from connector.crm.wire import Address, Bearer, Timeout, Wire


class Json2Transport:
    """Calls Odoo 19 and later by ``/json/2``; the key says who calls."""

    name = "json2"

    def __init__(
        self, url: str, database: str, key: SecretStr, *, timeout: Timeout = (5.0, 60.0),
        allow_insecure: bool = False, patience: Patience = Patience(),
    ) -> None:
        self.database, self._patience = database, patience
        self._wire = Wire(Address.parse(url, allow_insecure=allow_insecure), database, timeout, Bearer(key))

    def __repr__(self) -> str:
        return f"Json2Transport({self._wire.address}, {self.database})"

    @property
    def calls(self) -> int:
        """Count the requests made so far."""
        return self._wire.sent

    def call(
        self, model: str, method: str, ids: Sequence[int] | None = None, *,
        context: Mapping[str, Any] | None = None, repeatable: bool = False, **arguments: Any,
    ) -> Any:
        """Call one method in one transaction. ``repeatable`` says that sending it again does no harm."""
        named = arguments | ({} if ids is None else {"ids": list(ids)})
        named |= {"context": dict(context)} if context else {}
        body = json.dumps(named, allow_nan=False).encode()
        call = Call.of(model, method, context)

        def send() -> Any:
            return read_answer(self._wire.send(f"/json/2/{model}/{method}", body), call)

        return persist(send, self._patience, repeatable=repeatable)

    def version(self) -> int:
        """Give the server's major version."""
        answer = persist(lambda: self._wire.send("/web/version"), self._patience, repeatable=True)
        found = read_answer(answer, Call("web", "version", "web"))
        return int(found["version_info"][0])

    def now(self) -> str:
        """Tell the CRM's clock, UTC. It is known from the last answer; only a first call asks for it."""
        if self._wire.now() is None:
            self.version()
        return self._wire.now() or ""
