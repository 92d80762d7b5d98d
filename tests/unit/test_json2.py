"""JSON-2: every way in which Odoo, a proxy or the network can answer is told as one error, without a value in it."""

from __future__ import annotations

import json
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import requests
import responses
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


@pytest.fixture
def crm() -> Iterator[responses.RequestsMock]:
    """Stand in for the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


REFUSALS = [
    (401, "werkzeug.exceptions.Unauthorized", errors.CrmCredentials),
    (403, "odoo.exceptions.AccessDenied", errors.CrmCredentials),
    (403, "odoo.exceptions.AccessError", errors.CrmPermissionError),
    (404, "odoo.exceptions.MissingError", errors.CrmMissing),
    (404, "werkzeug.exceptions.NotFound", errors.CrmModuleError),
    (409, "odoo.exceptions.LockError", errors.CrmBusy),
    (500, "psycopg2.errors.SerializationFailure", errors.CrmBusy),
    (500, "psycopg2.errors.UniqueViolation", errors.CrmBusy),
    (422, "odoo.exceptions.ValidationError", errors.CrmInvalid),
    (422, "odoo.exceptions.UserError", errors.CrmInvalid),
    (500, "builtins.ValueError", errors.CrmInvalid),
    (500, "psycopg2.errors.StringDataRightTruncation", errors.CrmInvalid),
    (422, "werkzeug.exceptions.UnprocessableEntity", errors.CrmFault),
    (400, "werkzeug.exceptions.BadRequest", errors.CrmFault),
    (500, "builtins.KeyError", errors.CrmFault),
    (500, f"odd name {CANARY}", errors.CrmFault),
]


@pytest.mark.parametrize(("status", "name", "expected"), REFUSALS)
def test_every_exception_of_odoo_has_one_meaning(
    crm: responses.RequestsMock, status: int, name: str, expected: type[errors.CrmError],
) -> None:
    """Odoo's exception class decides what its answer means, and none of its words are repeated."""
    crm.post(URL, json=odoo_error(name), status=status)
    assert type(refused(write)) is expected


def test_a_result_is_given_as_it_is(crm: responses.RequestsMock) -> None:
    """A call posts named arguments with the key and the database, and gives Odoo's bare answer."""
    crm.post(URL, json=[{"id": 7}])
    assert write(lang="en_US") == [{"id": 7}]
    sent = crm.calls[0].request
    assert json.loads(sent.body or "") == {"ids": [7], "context": {"lang": "en_US"}, "vals": {"name": CANARY}}
    assert sent.headers["Authorization"] == f"bearer {KEY}"
    assert sent.headers["X-Odoo-Database"] == "club"


def test_a_500_is_not_tried_again(crm: responses.RequestsMock) -> None:
    """A server that failed inside would fail again: one call, even of what may be repeated."""
    crm.post(URL, json=odoo_error("builtins.KeyError"), status=500)
    refused(lambda: write(repeatable=True))
    assert len(crm.calls) == 1


def test_a_busy_crm_is_asked_again(crm: responses.RequestsMock) -> None:
    """A call that was turned away did nothing, so it is repeated whatever it is."""
    crm.post(URL, status=503)
    crm.post(URL, json=odoo_error("odoo.exceptions.LockError"), status=409)
    crm.post(URL, json=True)
    assert write() is True
    assert len(crm.calls) == 3


def test_patience_ends(crm: responses.RequestsMock) -> None:
    """After the last try the error comes out as it is, and says to wait."""
    crm.post(URL, status=429, headers={"Retry-After": "0"})
    error = refused(lambda: write(repeatable=True))
    assert isinstance(error, errors.CrmBusy)
    assert error.transient
    assert len(crm.calls) == 3


@pytest.mark.parametrize("gateway", [502, 504])
def test_a_gateway_that_lost_odoo_leaves_the_outcome_open(crm: responses.RequestsMock, gateway: int) -> None:
    """Odoo may have done the work behind a 502 or 504: only a repeatable call is sent again."""
    crm.post(URL, status=gateway, body="<html>Bad Gateway</html>")
    assert isinstance(refused(write), errors.CrmAnswerLost)
    assert len(crm.calls) == 1
    assert isinstance(refused(lambda: write(repeatable=True)), errors.CrmAnswerLost)
    assert len(crm.calls) == 4


@pytest.mark.parametrize("body", [b'{"id": 7, "na', b"", b"\xff\xfe"])
def test_a_truncated_answer_is_a_lost_one(crm: responses.RequestsMock, body: bytes) -> None:
    """JSON that ends too early says nothing about what was done."""
    crm.post(URL, body=body, content_type="application/json")
    assert isinstance(refused(write), errors.CrmAnswerLost)


@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_page_is_not_odoo(crm: responses.RequestsMock, status: int) -> None:
    """An HTML page comes from a proxy or another site, and trying again would not help."""
    crm.post(URL, body=f"<html>{CANARY}</html>", content_type="text/html", status=status)
    assert isinstance(refused(lambda: write(repeatable=True)), errors.CrmNotOdoo)
    assert len(crm.calls) == 1


def test_json_of_somebody_else_is_not_odoo(crm: responses.RequestsMock) -> None:
    """An error in JSON that lacks Odoo's fields comes from something in between."""
    crm.post(URL, json={"error": CANARY}, status=403)
    assert isinstance(refused(write), errors.CrmNotOdoo)


def test_odoo_that_fails_in_html_is_a_fault(crm: responses.RequestsMock) -> None:
    """A 500 without JSON is the server's own failure."""
    crm.post(URL, body="<h1>Internal Server Error</h1>", content_type="text/html", status=500)
    assert isinstance(refused(write), errors.CrmFault)


def test_an_unknown_database_is_named_as_such(crm: responses.RequestsMock) -> None:
    """Odoo's own page for a database it does not serve is told from any other 404."""
    page = "<p>No database is selected.</p><!-- Alternatively, use the X-Odoo-Database header. -->"
    crm.post(URL, body=page, content_type="text/html; charset=utf-8", status=404)
    assert isinstance(refused(write), errors.CrmDatabaseUnknown)


def test_a_redirect_is_not_followed(crm: responses.RequestsMock) -> None:
    """A key is never carried to another address."""
    crm.post(URL, status=303, headers={"Location": "https://elsewhere.example.org/"})
    assert isinstance(refused(write), errors.CrmNotOdoo)
    assert len(crm.calls) == 1


@pytest.mark.parametrize("failure", [requests.exceptions.ReadTimeout(CANARY), requests.ConnectionError(CANARY)])
def test_silence_after_sending_is_a_lost_answer(crm: responses.RequestsMock, failure: Exception) -> None:
    """A write whose answer never came is not sent twice; a repeatable one is."""
    crm.post(URL, body=failure)
    assert isinstance(refused(write), errors.CrmAnswerLost)
    assert len(crm.calls) == 1
    refused(lambda: write(repeatable=True))
    assert len(crm.calls) == 4


def test_a_refused_connection_is_tried_again() -> None:
    """Nothing was sent where nobody listens, so even a plain write is repeated."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    over = transport(f"http://127.0.0.1:{port}")
    assert isinstance(refused(lambda: write(over=over)), errors.CrmUnreachable)
    assert over.calls == 3


@pytest.mark.parametrize("answer", [
    b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n[1",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1",
    b"nonsense\r\n\r\n",
])
def test_a_connection_cut_short_is_a_lost_answer(answer: bytes) -> None:
    """A server that hangs up before its answer is whole may have done the work."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=_answer_once, args=(listener, answer), daemon=True).start()
        over = transport(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert isinstance(refused(lambda: write(over=over)), errors.CrmAnswerLost)
        assert over.calls == 1


def _answer_once(listener: socket.socket, answer: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)


def test_a_server_that_keeps_silent_is_left(crm: responses.RequestsMock) -> None:
    """The wait for an answer ends, and counts as a lost answer."""
    crm.stop()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        over = transport(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=(1.0, 0.05))
        assert isinstance(refused(lambda: write(over=over)), errors.CrmAnswerLost)
    crm.start()


def test_an_unverified_certificate_is_permanent(crm: responses.RequestsMock) -> None:
    """Trying again does not make a certificate valid."""
    import ssl

    crm.post(URL, body=requests.exceptions.SSLError(ssl.SSLCertVerificationError(CANARY)))
    assert isinstance(refused(lambda: write(repeatable=True)), errors.CrmCertificate)
    assert len(crm.calls) == 1


@pytest.mark.parametrize("url", ["http://odoo.example.org", "http://192.168.1.5:8069", "http://127.0.0.1.example.org"])
def test_plain_http_stays_on_this_machine(url: str) -> None:
    """A key is not sent in the clear to another machine, unless that is asked for by name."""
    assert isinstance(refused(lambda: transport(url)), errors.CrmInsecure)
    transport(url, allow_insecure=True)


@pytest.mark.parametrize("url", ["http://localhost:8069", "http://127.0.0.1", "http://[::1]:8069/"])
def test_plain_http_to_this_machine_is_fine(url: str) -> None:
    """A developer's own Odoo needs no certificate."""
    transport(url)


@pytest.mark.parametrize("url", ["odoo.example.org", "ftp://odoo.example.org", "https://example.org/odoo", "https://"])
def test_an_address_is_a_root(url: str) -> None:
    """Odoo lives at the root of a host; anything else under [crm] url is a mistake."""
    assert isinstance(refused(lambda: transport(url)), errors.CrmNotOdoo)


def test_a_password_in_the_address_is_refused() -> None:
    """An address is shown in messages and logs, so no secret may be in it."""
    assert isinstance(refused(lambda: transport(f"https://admin:{CANARY}@odoo.example.org")), errors.CrmInsecure)


def test_an_endless_answer_is_cut(crm: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer beyond all reason is not read to its end."""
    monkeypatch.setattr("connector.crm.wire.LARGEST_ANSWER", 100)
    crm.post(URL, json=["x" * 200])
    assert isinstance(refused(write), errors.CrmNotOdoo)


def test_a_refused_value_names_its_fields(crm: responses.RequestsMock) -> None:
    """Field names come back where Odoo quotes them and our own catalogue knows them; the value does not."""
    message = f"Wrong value for x_mentoring_pair.x_state: '{CANARY}'"
    wrapped = f'ValueError("{message}") while evaluating\n"x_start = \'x_end\'"'
    crm.post(f"{HOST}:443/json/2/ir.actions.server/run", json=odoo_error("builtins.ValueError", wrapped), status=500)
    request = {"model": "x_mentoring_pair", "rows": [[CANARY]]}

    def apply() -> Any:
        return transport().call("ir.actions.server", "run", [1], context={"binome_apply": request})

    error = refused(apply)
    assert isinstance(error, errors.CrmInvalid)
    assert (error.model, error.fields) == ("x_mentoring_pair", ("x_state",))


@pytest.mark.parametrize(("inner", "expected"), [
    ("UniqueViolation('duplicate key')", errors.CrmBusy), ("KeyError('x')", errors.CrmFault),
    ("NotNullViolation('null value')", errors.CrmInvalid),
])
def test_what_an_action_raised_is_looked_at(
    crm: responses.RequestsMock, inner: str, expected: type[errors.CrmError],
) -> None:
    """Odoo wraps whatever an action of ours raises in a ValueError: the inner class counts."""
    crm.post(URL, json=odoo_error("builtins.ValueError", f"{inner} while evaluating\n'code'"), status=500)
    assert type(refused(write)) is expected


def test_an_older_module_is_told_as_such(crm: responses.RequestsMock) -> None:
    """The actions refuse models and columns that they do not know: the module is older than Binôme."""
    crm.post(URL, json=odoo_error("odoo.exceptions.UserError", "Binôme: x has no column y"), status=422)
    error = refused(write)
    assert isinstance(error, errors.CrmModuleError)
    assert "binome install" in error.advice


def test_a_model_being_installed_is_a_busy_crm(crm: responses.RequestsMock) -> None:
    """While a module is imported, its models are missing for seconds: the call is repeated."""
    crm.post(URL, json=odoo_error("builtins.KeyError", "'x_mentoring_pair'"), status=500)
    crm.post(URL, json=True)
    assert write() is True


def test_the_clock_is_the_crms(crm: responses.RequestsMock) -> None:
    """The CRM's clock is read from its answers, and runs on between them without a call."""
    date = {"Date": "Tue, 24 Nov 2026 08:18:37 GMT"}
    crm.get(f"{HOST}:443/web/version", json={"version_info": [19, 0]}, headers=date)
    over = transport()
    assert over.now() == "2026-11-24 08:18:37"
    assert over.now() == "2026-11-24 08:18:37"
    assert over.calls == 1
    assert over.version() == 19


def test_the_key_is_never_shown() -> None:
    """Neither a transport nor what it holds shows the key."""
    over = transport()
    assert KEY not in repr(over)
    assert KEY not in str(vars(over))


@pytest.mark.parametrize("kind", [item for item in vars(errors).values() if isinstance(item, type)])
def test_every_error_says_what_a_person_should_do(kind: type[errors.CrmError]) -> None:
    """Each class carries an advice in plain words and a docstring for who meets it."""
    assert kind.__doc__
    assert len(kind.advice) > 40
    assert kind("message").advice == kind.advice
