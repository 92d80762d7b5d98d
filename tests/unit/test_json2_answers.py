"""JSON-2: every answer of Odoo, or of a proxy before it, is told as one error, without a value in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connector.crm import errors
from tests.unit.json2_samples import CANARY, HOST, KEY, URL, odoo_error, refused, transport, write


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


@pytest.mark.parametrize("kind", [item for item in vars(errors).values() if isinstance(item, type)])
def test_every_error_says_what_a_person_should_do(kind: type[errors.CrmError]) -> None:
    """Each class carries an advice in plain words and a docstring for who meets it."""
    assert kind.__doc__
    assert len(kind.advice) > 40
    assert kind("message").advice == kind.advice
