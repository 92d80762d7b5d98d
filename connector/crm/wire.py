"""HTTP as both transports use it: verified TLS, no redirects, no cookies, bounded answers, failures judged."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from connector.crm.errors import (
    CrmAnswerLost, CrmBusy, CrmCertificate, CrmError, CrmInsecure, CrmNotOdoo, CrmUnreachable,
)

LARGEST_ANSWER = 64 * 2**20
"""Bytes. A page of 2,000 contacts is about one million."""

Timeout = tuple[float, float]
"""Seconds to connect, and to wait for each part of an answer."""

_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, ProxyError)


@dataclass(frozen=True, slots=True)
class Address:
    """Where Odoo lives: its root, without a path."""

    secure: bool
    host: str
    port: int

    @classmethod
    def parse(cls, url: str, *, allow_insecure: bool = False) -> Address:
        """Read an address; plain http is for this machine only, unless insecurity is allowed by name."""
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise CrmNotOdoo("[crm] url must look like https://odoo.example.org, with no path behind it")
        if parts.username or parts.password:
            raise CrmInsecure(
                "[crm] url holds a user or a password", "Take it out of the url: secrets go in BINOME_CRM_SECRET.",
            )
        secure = parts.scheme == "https"
        if not secure and not allow_insecure and not _loopback(parts.hostname):
            raise CrmInsecure(f"plain http to {parts.hostname} would show the key and all contacts on the way")
        return cls(secure, parts.hostname, parts.port or (443 if secure else 80))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: HTTP status, media type and body."""

    status: int
    type: str
    body: bytes


class Bearer(AuthBase):
    """The API key of each request. Being an ``auth``, it also keeps a ~/.netrc from replacing the key."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put what is needed into the request's headers."""
        request.headers["Authorization"] = f"bearer {self._key.get_secret_value()}"
        return request


class Anonymous(AuthBase):
    """No authentication, and none from ~/.netrc either."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put what is needed into the request's headers."""
        return request


class Wire:
    """One kept-alive HTTP session with one Odoo."""

    def __init__(self, address: Address, database: str, timeout: Timeout, auth: AuthBase | None = None) -> None:
        self.address, self._timeout = address, timeout
        self.sent = 0
        """Requests made so far, repeated ones too."""
        self._session = requests.Session()
        self._session.auth = auth or Anonymous()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a session cookie pins a database
        if database:
            self._session.headers["X-Odoo-Database"] = database
        self._clock: tuple[dt.datetime, float] | None = None

    def send(self, path: str, body: bytes | None = None) -> Answer:
        """Post ``body`` (get where there is none) and give the answer, whatever its status, unless it is no answer."""
        failure: CrmError
        try:
            return self._exchange(path, body)
        except requests.RequestException as error:
            failure = _judge(error, self.address.host)
        raise failure  # outside the handler: no chain to what may hold values

    def now(self) -> str | None:
        """Tell the CRM's clock (UTC, whole seconds): its last ``Date`` header, moved on by our own stopwatch."""
        if self._clock is None:
            return None
        then, mark = self._clock
        return (then + dt.timedelta(seconds=time.monotonic() - mark)).strftime("%Y-%m-%d %H:%M:%S")

    def _exchange(self, path: str, body: bytes | None) -> Answer:
        self.sent += 1
        with self._session.request(
            "GET" if body is None else "POST", f"{self.address}{path}", data=body, timeout=self._timeout,
            headers={"Content-Type": "application/json"}, allow_redirects=False, stream=True,
        ) as response:
            self._hear_clock(response.headers.get("Date"))
            _refuse_gateways(response, self.address)
            media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Answer(response.status_code, media, _bounded(response))

    def _hear_clock(self, date: str | None) -> None:
        try:
            told = parsedate_to_datetime(date or "")
        except ValueError:
            return
        self._clock = told.astimezone(dt.UTC), time.monotonic()


def _bounded(response: requests.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(2**16):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise CrmNotOdoo(f"an answer is larger than {LARGEST_ANSWER // 2**20} million bytes")
    return b"".join(parts)


def _refuse_gateways(response: requests.Response, address: Address) -> None:
    """Judge what a proxy in front of Odoo says for itself.

    429 and 503 turn a call away before Odoo sees it; after 502 and 504 Odoo may still have done the work.
    """
    status = response.status_code
    if status in {429, 503}:
        asked = response.headers.get("Retry-After", "")
        raise CrmBusy(f"{address.host} is overloaded or in maintenance ({status})", wait=_seconds(asked))
    if status in {502, 504}:
        raise CrmAnswerLost(f"the proxy of {address.host} got no answer from Odoo ({status})")


def _seconds(text: str) -> float:
    return min(float(text), 30.0) if text.isdecimal() else 0.0


def _judge(error: requests.RequestException, host: str) -> CrmError:
    """Tell a call that was never sent from one whose answer was lost; when in doubt, it was lost."""
    causes = _causes(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return CrmCertificate(f"the certificate of {host} could not be verified")
    if any(isinstance(cause, _NEVER_SENT) for cause in causes):
        return CrmUnreachable(f"{host} cannot be reached ({type(causes[-1]).__name__})")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return CrmAnswerLost(f"the secure connection to {host} broke off", "Check that [crm] url is https there.")
    return CrmAnswerLost(f"the answer of {host} did not come whole ({type(error).__name__})")


def _causes(error: BaseException) -> list[BaseException]:
    """List an error and what lies beneath it: requests and urllib3 keep causes in ``args`` and ``reason``."""
    found: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
    return found


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
