"""Connecting: the transport is found by asking the server, and what is not Odoo is told as such."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses
from pydantic import SecretStr

from connector.crm import errors
from connector.crm.connect import connect, probe
from connector.crm.odoo import OdooCrm
from connector.crm.retry import Patience
from connector.settings import CrmSettings

HOST = "https://odoo.example.org"
API_KEY = SecretStr("0123456789abcdef" * 2 + "01234567")
HASTY = Patience(tries=2, deadline=5, first_wait=0, longest_wait=0)
UNAUTHORIZED = {"name": "werkzeug.exceptions.Unauthorized", "message": "", "arguments": [], "debug": ""}
PAGE = "<html>Log in</html>"


class Server:
    """Answers the two questions that a probe asks."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock

    def json2(self, status: int, body: Any) -> None:
        """Say how the server answers a JSON-2 call without a key."""
        kind = "text/html" if isinstance(body, str) else "application/json"
        text = body if isinstance(body, str) else json.dumps(body)
        self.mock.post(f"{HOST}:443/json/2/res.users/context_get", status=status, body=text, content_type=kind)

    def version(self, *parts: Any) -> None:
        """Say which version the server tells."""
        self.mock.post(f"{HOST}:443/web/webclient/version_info", json={"result": {"server_version_info": parts}})


@pytest.fixture
def server() -> Iterator[Server]:
    """Stand in for whatever is at the address."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Server(mock)


def test_a_401_in_json_is_json2(server: Server) -> None:
    """Odoo 19 asks for a key where JSON-2 is."""
    server.json2(401, UNAUTHORIZED)
    server.version(19, 0, 0, "final")
    found = probe(HOST, "club")
    assert (found.transport, found.version) == ("json2", 19)


@pytest.mark.parametrize(("status", "body"), [(303, PAGE), (404, PAGE), (200, PAGE), (401, PAGE), (404, {"a": 1})])
def test_anything_else_of_an_odoo_is_jsonrpc(server: Server, status: int, body: Any) -> None:
    """Odoo 18 sends JSON-2 to its login page, 17 knows no such page: both speak JSON-RPC."""
    server.json2(status, body)
    server.version("saas~18", 2)
    found = probe(HOST)
    assert (found.transport, found.version) == ("jsonrpc", 18)


def test_a_server_without_a_version_is_not_odoo(server: Server) -> None:
    """A proxy's page answers neither question."""
    server.json2(200, PAGE)
    server.mock.post(f"{HOST}:443/web/webclient/version_info", body=PAGE, content_type="text/html")
    with pytest.raises(errors.CrmNotOdoo):
        probe(HOST)


@pytest.mark.parametrize("answer", [[], {"result": None}, {"result": {"server_version_info": ["new"]}}])
def test_a_version_of_another_shape_is_not_odoo(server: Server, answer: Any) -> None:
    """JSON of somebody else is no version."""
    server.json2(404, PAGE)
    server.mock.post(f"{HOST}:443/web/webclient/version_info", json=answer)
    with pytest.raises(errors.CrmNotOdoo):
        probe(HOST)


def test_a_redirect_everywhere_is_not_odoo(server: Server) -> None:
    """An address that only sends elsewhere is not followed."""
    for path in ("json/2/res.users/context_get", "web/webclient/version_info"):
        server.mock.post(f"{HOST}:443/{path}", status=301, headers={"Location": "https://elsewhere.example.org"})
    with pytest.raises(errors.CrmNotOdoo):
        probe(HOST)


def test_an_old_odoo_is_refused(server: Server) -> None:
    """Before 17 a data module is taken in by halves."""
    server.json2(404, PAGE)
    server.version(16, 0)
    with pytest.raises(errors.CrmTooOld):
        probe(HOST)


def test_an_unknown_database_is_told_by_the_probe(server: Server) -> None:
    """Odoo 19 says that it does not serve the database."""
    server.json2(404, "<!-- Alternatively, use the X-Odoo-Database header. -->")
    with pytest.raises(errors.CrmDatabaseUnknown):
        probe(HOST, "clubb")


def test_a_busy_server_is_asked_again(server: Server) -> None:
    """A server in maintenance is not taken for an old one."""
    server.json2(503, PAGE)
    with pytest.raises(errors.CrmBusy):
        probe(HOST, patience=HASTY)
    assert len(server.mock.calls) == 2


def settings(**keys: Any) -> CrmSettings:
    """Write the [crm] table."""
    return CrmSettings(**({"url": HOST, "database": "club", "user": "bot", "secret": API_KEY} | keys))


def chosen(crm: CrmSettings) -> str:
    """Name the transport that a connection goes by, without a call."""
    connected = connect(crm)
    assert isinstance(connected, OdooCrm)
    return connected.transport


def test_an_api_key_goes_by_json2_where_it_is(server: Server) -> None:
    """`auto` asks the server."""
    server.json2(401, UNAUTHORIZED)
    server.version(19)
    assert chosen(settings()) == "json2"


def test_a_password_goes_by_jsonrpc(server: Server) -> None:
    """JSON-2 takes API keys only, so a password needs no question."""
    assert chosen(settings(secret=SecretStr("admin"))) == "jsonrpc"
    assert not server.mock.calls


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_a_named_transport_is_not_questioned(server: Server, transport: str) -> None:
    """Who names the transport gets it."""
    assert chosen(settings(transport=transport)) == transport
    assert not server.mock.calls


@pytest.mark.parametrize(("keys", "expected"), [
    ({"database": ""}, errors.CrmDatabaseUnknown), ({"user": ""}, errors.CrmCredentials),
])
def test_jsonrpc_needs_database_and_user(keys: dict[str, str], expected: type[errors.CrmError]) -> None:
    """A login over JSON-RPC names both."""
    with pytest.raises(expected, match="is empty"):
        connect(settings(transport="jsonrpc", **keys))


def test_the_sandbox_needs_nothing() -> None:
    """`sandbox:` is a CRM in memory: no address, no secret."""
    assert connect(CrmSettings(url="sandbox:")).server().version >= 17
