"""The search for canaries finds what is planted, however it is written, and says where without saying what."""

from __future__ import annotations

import base64
import gzip
import io
import json
import time
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from sync_jobs.canaries import Canary, Hit, Search, total

TEXT = "Xq7vRk2mZt9wBd4nHs6p"
NOTES = Canary("meeting", "notes", TEXT)
VISION = Canary("roadmap", "vision", "gJ3cTf8yLb5xWq1rVm0k")

Writing = Callable[[bytes], bytes]


def url(content: bytes) -> bytes:
    """Write every byte as URLs may."""
    return b"".join(b"%%%02x" % byte for byte in content)


def json_escaped(content: bytes) -> bytes:
    """Write every character as JSON may, and once more within a string of JSON."""
    return json.dumps('{"x": "' + "".join(f"\\u{byte:04x}" for byte in content) + '"}').encode()


def zipped(content: bytes) -> bytes:
    """Pack it as a workbook is packed."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", content)
    return file.getvalue()


WRITINGS: dict[str, tuple[Writing, str]] = {
    "plain": (bytes, "plain"),
    "small": (bytes.lower, "plain"),
    "capital": (bytes.upper, "plain"),
    "half": (lambda c: c[:9], "plain"),
    "UTF-16, little end": (lambda c: c.decode().encode("utf-16-le"), "plain"),
    "UTF-16, big end": (lambda c: c.decode().encode("utf-16-be"), "plain"),
    "UTF-32": (lambda c: c.decode().encode("utf-32"), "plain"),
    "JSON": (json_escaped, "escaped"),
    "URL": (url, "escaped"),
    "URL, what must be": (lambda c: quote(c).encode(), "plain"),
    "Python": (lambda c: b"".join(b"\\x%02x" % byte for byte in c), "escaped"),
    "hex": (lambda c: c.hex().encode(), "hex"),
    "hex, capital": (lambda c: c.hex().upper().encode(), "hex"),
    "hex, odd": (lambda c: b"0" + c.hex().encode(), "hex"),
    "base64": (base64.b64encode, "base64"),
    "base64, one byte before": (lambda c: base64.b64encode(b"?" + c), "base64"),
    "base64, two bytes before": (lambda c: base64.b64encode(b"\xff\xfe" + c), "base64"),
    "base64, after a word": (lambda c: b"key/" + base64.b64encode(c), "base64"),
    "base64, in lines": (lambda c: base64.encodebytes(b"-" * 45 + c), "base64"),
    "base64, URL-safe": (lambda c: base64.urlsafe_b64encode(b"\xfb\xff" + c).rstrip(b"="), "base64"),
    "zlib": (zlib.compress, "packed"),
    "zlib, cut": (lambda c: zlib.compress(c * 50 + bytes(range(256)), 0)[:-9], "packed"),
    "gzip": (gzip.compress, "packed"),
    "zip": (zipped, "packed"),
    "gzip in base64": (lambda c: base64.b64encode(gzip.compress(c)), "base64 > packed"),
    "zlib in hex": (lambda c: zlib.compress(c).hex().encode(), "hex > packed"),
    "base64 in zlib": (lambda c: zlib.compress(base64.b64encode(c)), "packed > base64"),
    "UTF-16 in base64 in gzip": (
        lambda c: gzip.compress(base64.b64encode(c.decode().encode("utf-16-le"))), "packed > base64",
    ),
}


@pytest.mark.parametrize("how", WRITINGS)
@pytest.mark.parametrize("around", [b"", b"a line before\nuser=1&text=", b"\x00\xff\x10\x80"])
def test_a_planted_leak_is_found_however_it_is_written(how: str, around: bytes) -> None:
    """Sink, kind, field and form are named; the canary that is not there is not."""
    write, form = WRITINGS[how]
    search = Search((NOTES, VISION))
    assert Hit("odoo.log", "meeting", "notes", form) in search.look("odoo.log", around + write(TEXT.encode()) + around)
    assert {(hit.kind, hit.field) for hit in search.hits} == {("meeting", "notes")}
    assert TEXT.lower() not in repr(search).lower()


@pytest.mark.parametrize("before", range(4))
def test_base64_is_read_at_every_alignment(before: int) -> None:
    """However many letters stand before it without a break, it is found."""
    assert Search((NOTES,)).look("dump", b"letters"[:before] + base64.b64encode(TEXT.encode()))


@pytest.mark.parametrize("at", range(len(TEXT) - 7))
def test_any_eight_characters_in_a_row_give_it_away(at: int) -> None:
    """Eight are found wherever they begin, seven are not."""
    part = TEXT[at : at + 8].encode()
    assert Search((NOTES,)).look("dump", b"1 " + part + b" 2")
    assert not Search((NOTES,)).look("dump", b"1 " + part[:7] + b" 2")


def test_parts_that_do_not_touch_are_no_leak() -> None:
    """Seven characters here and seven there are not fourteen in a row."""
    assert not Search((NOTES,)).look("dump", TEXT[:7].encode() + b" " + TEXT[7:14].encode())


@pytest.mark.parametrize("code", ["utf-8", "latin-1", "utf-16-le"])
@pytest.mark.parametrize("change", [str, str.upper])
def test_accents_hide_nothing(code: str, change: Callable[[str], str]) -> None:
    """French is found in capitals and in older encodings too."""
    text = "Élève à l'été, où ça gêne"
    assert Search((Canary("mentee", "needs", text, 20),)).look("file", change(text).encode(code))


def test_a_wide_window_leaves_common_words_alone() -> None:
    """Where 20 in a row are asked for, a phrase of 19 is none, and a shorter text must be there whole."""
    texts = {"agenda": "on se voit au café de la gare", "place": "Gare d'Annecy"}
    search = Search(tuple(Canary("meeting", name, text, 20) for name, text in texts.items()))
    assert not search.look("file", b"on se voit au caf; Gare d'Anne")
    found = search.look("file", "se voit au café de la; gare d'annecy".encode())
    assert [hit.field for hit in found] == ["agenda", "place"]


def test_what_was_searched_is_counted() -> None:
    """Canaries, sinks, bytes and hits are told in one line, over several searches."""
    search = Search((NOTES, VISION))
    search.look("log", b"x" * 10)
    search.look("dump", TEXT.encode())
    assert total([search, Search(())]) == "2 canaries, 2 sinks, 30 bytes, 1 hits"
    assert Search(()).look("log", b"anything") == []


def test_much_is_searched_in_seconds() -> None:
    """Sixty canaries in ten megabytes take a few seconds at most, also on a busy machine."""
    row = b"%d\tdescription_of_a_field_%d\tsome words, 50%%de\t\\x1f8b0800\n"
    rows = b"".join(row % (n, n) for n in range(160_000))
    canaries = tuple(Canary("meeting", "notes", f"{n:04}{TEXT[n % 9 :]}") for n in range(60))
    before = time.process_time()
    assert Search(canaries).look("dump", rows) == []
    assert len(rows) > 10**7
    assert time.process_time() - before < 8
