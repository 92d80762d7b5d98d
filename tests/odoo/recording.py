"""A line between a client and an Odoo on which every byte of both directions is kept."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Recording:
    """Where to call, and what was heard: two streams a connection, what was sent and what came back."""

    url: str = ""
    streams: list[bytearray] = field(default_factory=list[bytearray])


@contextmanager
def recorded(url: str) -> Iterator[Recording]:
    """Stand between: call the address of the recording instead of ``url``."""
    there, kept = urlsplit(url), Recording()

    class Line(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((str(there.hostname), there.port or 80)) as odoo:
                up, down = bytearray(), bytearray()
                kept.streams += up, down
                answers = threading.Thread(target=_carry, args=(odoo, self.request, down), daemon=True)
                answers.start()
                _carry(self.request, odoo, up)
                answers.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        kept.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield kept
        finally:
            server.shutdown()


def _carry(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while part := source.recv(2**16):
            kept += part
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
