"""A proxy between a client and an Odoo that cuts the line at one chosen request."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class How(StrEnum):
    """Where the line is cut."""

    UNSENT = "before the request is forwarded"
    UNANSWERED = "after it was done, before any of its answer"
    TRUNCATED = "within its answer: headers, and half of the body"


@dataclass(slots=True)
class Cut:
    """The ``nth`` request whose path holds ``path`` is cut off; ``done`` tells that it was."""

    path: str
    nth: int
    how: How
    done: bool = False
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def falls_on(self, path: str) -> bool:
        """Tell whether this request is the one."""
        with self._lock:
            self._seen += self.path in path
            falls = self.path in path and self._seen == self.nth
            self.done |= falls
            return falls


@contextmanager
def cutting(url: str, cut: Cut) -> Iterator[str]:
    """Stand between: give the address to call instead of ``url``."""
    there = urlsplit(url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            falls = cut.falls_on(self.path)
            if falls and cut.how is How.UNSENT:
                self.close_connection = True
                return
            status, headers, answer = _ask(there, self.command, self.path, dict(self.headers), body)
            if falls and cut.how is How.UNANSWERED:
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[: len(answer) // 2] if falls else answer)
            self.close_connection |= falls

        do_GET = do_POST = _pass_on  # noqa: N815 - the names that the server calls

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _ask(
    there: str, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(there, timeout=60)
    try:
        connection.request(method, path, body, {**headers, "Host": there})
        answer = connection.getresponse()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() in ("content-type", "date")]
        return answer.status, kept, answer.read()
    finally:
        connection.close()
