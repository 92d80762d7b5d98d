"""Canaries: texts that must not leave the vault, looked for in any content, plain, encoded, packed or in part."""

from __future__ import annotations

import binascii
import dataclasses
import re
import string
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick  # type: ignore[import-not-found] # compiled, and it ships no types

DEPTH = 3
"""Encodings within encodings: base64 of a packed stream in hex, and no further."""

_LARGEST = 2**26
"""What one packed stream may grow to, in bytes."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A text that must not be found. ``window`` bytes of it in a row give it away; of a shorter one, all of it."""

    kind: str
    field: str
    text: str = dataclasses.field(repr=False)
    window: int = 8
    key: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a canary was found, and in which form: ``plain``, or encodings from the outside in. Never the text."""

    sink: str
    kind: str
    field: str
    form: str
    key: str = ""


@dataclass(slots=True)
class Search:
    """Looks for canaries in one sink after the other, whatever their case; counts sinks and bytes."""

    canaries: tuple[Canary, ...]
    sinks: int = 0
    size: int = 0
    hits: list[Hit] = dataclasses.field(default_factory=list[Hit])
    _blocks: Any = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[str, list[tuple[Canary, str, int]]] = {}
        for canary in self.canaries:
            for text in {_folded(canary.text.encode(code, "replace")) for code in ("utf-8", "latin-1")} - {""}:
                # Of blocks half as long as a window that follow each other, every window holds a whole one.
                size = (min(canary.window, len(text)) + 1) // 2
                for at in range(0, len(text) - size + 1, size):
                    places.setdefault(text[at : at + size], []).append((canary, text, at))
        self._blocks = ahocorasick.Automaton()
        for block, found in places.items():
            self._blocks.add_word(block, (len(block), found))
        self._blocks.make_automaton()

    def look(self, sink: str, content: bytes) -> list[Hit]:
        """Look in one sink; each canary is told once for each form."""
        self.sinks += 1
        self.size += len(content)
        found = dict.fromkeys(
            Hit(sink, canary.kind, canary.field, form, canary.key)
            for form, inner in forms(content)
            for canary in self._in(_folded(inner))
        )
        self.hits += found
        return list(found)

    def _in(self, content: str) -> Iterator[Canary]:
        if not self._blocks:
            return
        for last, (size, places) in self._blocks.iter(content):
            for canary, text, at in places:
                if _stretch(text, at, content, last + 1 - size) >= min(canary.window, len(text)):
                    yield canary


def forms(content: bytes, name: str = "plain", depth: int = DEPTH) -> Iterator[tuple[str, bytes]]:
    """Give the content, and what is encoded or packed in it, each with the name of its form."""
    yield name, content
    if depth:
        within = "" if name == "plain" else f"{name} > "
        yield f"{within}escaped", _unescaped(content)
        for decoded in _base64(content):
            yield from forms(decoded, f"{within}base64", depth - 1)
        for decoded in _hex(content):
            yield from forms(decoded, f"{within}hex", depth - 1)
        for unpacked in _unpacked(content):
            yield from forms(unpacked, f"{within}packed", depth - 1)


_FOLD = bytes(b | 0x20 if 0x41 <= b <= 0x5A or b & 0xE0 in (0x80, 0xC0) else b for b in range(256))
"""Makes capitals small in ASCII, Latin-1 and UTF-8. Some other letters become alike, on both sides: none is missed."""


def _folded(content: bytes) -> str:
    """Fold the case; without its zero bytes, UTF-16 and UTF-32 read as Latin-1."""
    return content.translate(_FOLD, b"\0").decode("latin-1")


def _stretch(text: str, at: int, content: str, there: int) -> int:
    """Count how many characters agree around a place where both agree."""
    left = right = 0
    while left < min(at, there) and text[at - left - 1] == content[there - left - 1]:
        left += 1
    while right < min(len(text) - at, len(content) - there) and text[at + right] == content[there + right]:
        right += 1
    return left + right


def _others_blank(kept: bytes) -> bytes:
    """Make the table that leaves these bytes and turns all others into blanks."""
    return bytes(byte if byte in kept else 0x20 for byte in range(256))


_DIGITS = b"0123456789abcdefABCDEF"
_NO_HEX = _others_blank(_DIGITS)
_NO_BASE64 = _others_blank(string.ascii_letters.encode() + b"0123456789+/-_")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def _base64(content: bytes) -> Iterator[bytes]:
    """Decode all runs, one behind the other (so broken lines are whole again), at each of the four alignments."""
    runs = b"".join(run for run in content.translate(_NO_BASE64).split() if len(run) > 10)  # eight bytes take eleven
    if runs:
        for shift in range(4):
            text = b"A" * shift + runs.translate(_URL_SAFE) + b"AAAA"
            yield binascii.a2b_base64(text[: len(text) // 4 * 4])


def _hex(content: bytes) -> Iterator[bytes]:
    """Decode all runs, at both alignments."""
    if runs := [run for run in content.translate(_NO_HEX).split() if len(run) > 15]:
        for shift in range(2):
            yield b"\n".join(binascii.unhexlify(run[shift : shift + (len(run) - shift) // 2 * 2]) for run in runs)


_ESCAPE = re.compile(rb"[%\\]\\*(?:x|u00)?([0-9A-Fa-f]{2})")


def _unescaped(content: bytes) -> bytes:
    """Undo the escapes of URLs, JSON and Python in the lines that may hold any."""
    lines = b"\n".join(line for line in content.split(b"\n") if b"%" in line or b"\\" in line)
    return _ESCAPE.sub(lambda found: binascii.unhexlify(found[1]), lines)


_PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Unpack what begins like a zlib or gzip stream or a file in a zip, as far as it can be."""
    for found in _PACKED.finditer(content):
        start, how = found.start(), zlib.MAX_WBITS | 32
        if found[0] == b"PK\x03\x04":
            name, extra = struct.unpack_from("<HH", content.ljust(start + 30, b"\0"), start + 26)
            start, how = start + 30 + name + extra, -zlib.MAX_WBITS
        if unpacked := _inflated(memoryview(content)[start:], how):
            yield unpacked


def _inflated(stream: memoryview, how: int) -> bytes:
    """Inflate piece by piece, so that a stream that is none or that is cut still gives what it holds."""
    inflater, parts, size = zlib.decompressobj(how), list[bytes](), 0
    try:
        for at in range(0, len(stream), 2**8):
            parts.append(inflater.decompress(stream[at : at + 2**8]))
            size += len(parts[-1])
            if inflater.eof or size > _LARGEST:
                break
    except zlib.error:
        pass
    return b"".join(parts)


def total(searches: Iterable[Search], words: str = "{} canaries, {} sinks, {} bytes, {} hits") -> str:
    """Say in one line how much was looked for, where, and what was found."""
    counts = [(len(search.canaries), search.sinks, search.size, len(search.hits)) for search in searches]
    return words.format(*map(sum, zip(*counts, strict=True)))
