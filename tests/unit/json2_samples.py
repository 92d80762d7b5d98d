"""A transport, a call and a refusal for the tests of JSON-2."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from connector.crm import errors
from connector.crm.json2 import Json2Transport
from connector.crm.retry import Patience

CANARY = "canary-Ariane-Morel"
KEY = "k3y-" + "0" * 36
HOST = "https://odoo.example.org"
URL = f"{HOST}:443/json/2/res.partner/write"
HASTY = Patience(tries=3, deadline=5, first_wait=0, longest_wait=0)


def transport(url: str = HOST, **more: Any) -> Json2Transport:
    """Give a transport that does not wait between tries."""
    return Json2Transport(url, "club", SecretStr(KEY), patience=HASTY, **more)


def write(*, repeatable: bool = False, over: Json2Transport | None = None, **context: Any) -> Any:
    """Write the canary on a contact."""
    return (over or transport()).call(
        "res.partner", "write", [7], repeatable=repeatable, context=context or None, vals={"name": CANARY},
    )


def refused(do: Callable[[], Any]) -> errors.CrmError:
    """Give the error that a call ends in, after checking that nothing of it shows a value, a key or a traceback."""
    with pytest.raises(errors.CrmError) as caught:
        do()
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + error.advice + str(vars(error))
    for secret in (CANARY, KEY, "Traceback-of-Odoo"):
        assert secret not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def odoo_error(name: str, message: str = CANARY) -> dict[str, Any]:
    """Write an error as Odoo does, values and traceback and all."""
    return {
        "name": name, "message": message, "arguments": [message], "context": {"lang": CANARY},
        "debug": f"Traceback-of-Odoo {CANARY}",
    }
