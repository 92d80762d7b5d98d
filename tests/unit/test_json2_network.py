"""JSON-2: addresses, connections and silence are told as one error each, and no secret is carried or shown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests
import responses

from connector.crm import errors
from tests.unit.json2_samples import CANARY, KEY, URL, refused, transport, write


@pytest.fixture
def crm() -> Iterator[responses.RequestsMock]:
    """Stand in for the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


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


def test_the_key_is_never_shown() -> None:
    """Neither a transport nor what it holds shows the key."""
    over = transport()
    assert KEY not in repr(over)
    assert KEY not in str(vars(over))
