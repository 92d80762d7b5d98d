"""JSON-RPC by odoorpc: the same errors as JSON-2, and nothing of odoorpc's shines through."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses
from pydantic import SecretStr

from connector.crm import errors
from connector.crm.jsonrpc import JsonRpcTransport
from connector.crm.retry import Patience

CANARY = "canary-Ariane-Morel"
PASSWORD = "pa55word-of-the-club"
HOST = "https://odoo.example.org:443"
HASTY = Patience(tries=3, deadline=5, first_wait=0, longest_wait=0)

Script = Callable[[dict[str, Any]], Any]


class FakeOdoo:
    """Answers version and login, and everything else as the test says."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.answers: list[Any] = []
        self.seen: list[list[Any]] = []
        mock.add_callback(responses.POST, f"{HOST}/web/webclient/version_info", lambda _request: _result({
            "server_version": "18.0", "server_version_info": [18, 0, 0, "final", 0, ""],
        }))
        mock.add_callback(responses.POST, f"{HOST}/jsonrpc", self._answer)

    def _answer(self, request: requests.PreparedRequest) -> Any:
        params = json.loads(request.body or "")["params"]
        if params["service"] == "common":
            return _result(7 if params["args"] == ["club", "bot", PASSWORD] else False)
        if params["method"] == "execute":
            return _result({"lang": "fr_FR"})
        self.seen.append(params["args"])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _result(value: Any) -> tuple[int, dict[str, str], str]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"jsonrpc": "2.0", "id": 1, "result": value})


def _error(name: str, message: str = CANARY) -> tuple[int, dict[str, str], str]:
    data = {"name": name, "message": message, "arguments": [message], "debug": f"Traceback-of-Odoo {CANARY}"}
    answer = {"jsonrpc": "2.0", "error": {"code": 0, "message": "", "data": data}}
    return 200, {"Content-Type": "application/json"}, json.dumps(answer)


@pytest.fixture
def odoo() -> Iterator[FakeOdoo]:
    """Stand in for an Odoo 18."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield FakeOdoo(mock)


def transport(secret: str = PASSWORD) -> JsonRpcTransport:
    """Give a transport that does not wait between tries."""
    return JsonRpcTransport(HOST, "club", "bot", SecretStr(secret), patience=HASTY)


def write(*, repeatable: bool = False) -> Any:
    """Write the canary on a contact."""
    return transport().call("res.partner", "write", [7], repeatable=repeatable, vals={"name": CANARY})


def refused(do: Callable[[], Any]) -> errors.CrmError:
    """Give the error that a call ends in, after checking that nothing of it shows a value or the password."""
    with pytest.raises(errors.CrmError) as caught:
        do()
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + error.advice + str(vars(error))
    for secret in (CANARY, PASSWORD, "Traceback-of-Odoo"):
        assert secret not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def test_ids_come_first_and_the_rest_by_name(odoo: FakeOdoo) -> None:
    """A call by names becomes execute_kw: ids as its one positional argument, context among the named ones."""
    odoo.answers = [_result(True), _result([])]
    over = transport()
    assert over.call("res.partner", "write", [7], context={"lang": "en_US"}, vals={"city": "Lyon"}) is True
    over.call("res.partner", "search_read", domain=[])
    assert odoo.seen == [
        ["club", 7, PASSWORD, "res.partner", "write", [[7]], {"vals": {"city": "Lyon"}, "context": {"lang": "en_US"}}],
        ["club", 7, PASSWORD, "res.partner", "search_read", [], {"domain": []}],
    ]
    assert over.calls == 5, "version, login and context once, then one request a call"
    assert over.version() == 18


@pytest.mark.parametrize(("name", "message", "expected"), [
    ("odoo.exceptions.AccessDenied", CANARY, errors.CrmCredentials),
    ("odoo.exceptions.AccessError", CANARY, errors.CrmPermissionError),
    ("odoo.exceptions.MissingError", CANARY, errors.CrmMissing),
    ("odoo.exceptions.ValidationError", CANARY, errors.CrmInvalid),
    ("builtins.ValueError", CANARY, errors.CrmInvalid),
    ("builtins.TypeError", CANARY, errors.CrmFault),
    ("builtins.AttributeError", CANARY, errors.CrmModuleError),
    ("odoo.exceptions.UserError", "Object res.partner doesn't exist", errors.CrmModuleError),
    ("psycopg2.OperationalError", f'FATAL: database "{CANARY}" does not exist', errors.CrmDatabaseUnknown),
    ("psycopg2.errors.SerializationFailure", CANARY, errors.CrmBusy),
    ("", CANARY, errors.CrmFault),
])
def test_every_exception_of_odoo_has_one_meaning(
    odoo: FakeOdoo, name: str, message: str, expected: type[errors.CrmError],
) -> None:
    """Odoorpc's exception holds Odoo's traceback; only the class of the exception inside it is kept."""
    odoo.answers = [_error(name, message)] * 3
    assert type(refused(write)) is expected


def test_a_wrong_password_is_told_as_such(odoo: FakeOdoo) -> None:
    """A login that Odoo answers with False is a matter of credentials."""
    assert isinstance(refused(lambda: transport("wrong").call("res.partner", "write", [7])), errors.CrmCredentials)
    assert not odoo.seen


def test_a_page_is_not_odoo(odoo: FakeOdoo) -> None:
    """What a proxy shows instead of Odoo is permanent."""
    odoo.answers = [(200, {"Content-Type": "text/html"}, f"<html>{CANARY}</html>")]
    assert isinstance(refused(lambda: write(repeatable=True)), errors.CrmNotOdoo)


@pytest.mark.parametrize("body", ['{"jsonrpc": "2.0", "result": [', ""])
def test_a_truncated_answer_is_a_lost_one(odoo: FakeOdoo, body: str) -> None:
    """JSON that ends too early says nothing about what was done."""
    odoo.answers = [(200, {"Content-Type": "application/json"}, body)]
    assert isinstance(refused(write), errors.CrmAnswerLost)


@pytest.mark.parametrize("body", ["[]", '{"error": {}}', '{"jsonrpc": "2.0", "error": "no"}'])
def test_json_of_somebody_else_is_not_odoo(odoo: FakeOdoo, body: str) -> None:
    """JSON of another shape does not come from Odoo."""
    odoo.answers = [(200, {"Content-Type": "application/json"}, body)]
    assert isinstance(refused(write), errors.CrmNotOdoo)


def test_a_lost_answer_is_sent_again_only_where_harmless(odoo: FakeOdoo) -> None:
    """A write is not sent twice after silence; a repeatable call is, until it works."""
    odoo.answers = [requests.exceptions.ReadTimeout(), requests.exceptions.ReadTimeout(), _result(True)]
    assert isinstance(refused(write), errors.CrmAnswerLost)
    assert write(repeatable=True) is True
    assert len(odoo.seen) == 3


def test_a_busy_crm_is_asked_again(odoo: FakeOdoo) -> None:
    """A call that was rolled back did nothing, so it is repeated whatever it is."""
    odoo.answers = [_error("odoo.exceptions.LockError"), (503, {}, ""), _result(True)]
    assert write() is True


def test_nothing_is_logged_by_odoorpc(odoo: FakeOdoo, caplog: pytest.LogCaptureFixture) -> None:
    """Odoorpc would log the password and every value at debug level: it is kept quiet."""
    odoo.answers = [_result(True)]
    with caplog.at_level(logging.DEBUG):
        write()
    assert PASSWORD not in caplog.text
    assert CANARY not in caplog.text


def test_the_password_is_never_shown() -> None:
    """Neither a transport nor what it holds shows the password."""
    assert PASSWORD not in repr(transport())
    assert PASSWORD not in str(vars(transport()))
