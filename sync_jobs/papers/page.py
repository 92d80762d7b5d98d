"""Pages as PDF, by reportlab: the same content always gives the same bytes, so that a hash tells it again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

Story = list[Flowable]
INK, PALE = colors.HexColor("#1f2d3d"), colors.HexColor("#e8eef4")
_REGULAR, _BOLD = "Vera", "VeraBd"
"""Bitstream Vera: it comes with reportlab, and is put into the file, so that a page looks alike everywhere."""


def pdf(title: str, story: Story, footer: str = "") -> bytes:
    """Make a document of A4 pages, each with the footer and its number."""
    _fonts()
    written = io.BytesIO()
    # invariant: neither the time nor an identifier of this making in the file.
    document = SimpleDocTemplate(
        written, pagesize=A4, title=title, author="Binôme", invariant=1,
        leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=20 * mm,
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(_REGULAR, 7.5)
        canvas.setFillColor(colors.grey)
        canvas.drawString(20 * mm, 11 * mm, footer)
        canvas.drawRightString(A4[0] - 20 * mm, 11 * mm, str(page.page))

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return written.getvalue()


def heading(text: str, *, level: int = 1) -> Flowable:
    """Give a heading; level 1 is the page's title."""
    size = {1: 18, 2: 12}.get(level, 10)
    style = ParagraphStyle(f"h{level}", fontName=_bold(), fontSize=size, leading=size * 1.25, textColor=INK,
                           spaceBefore=size * 0.6, spaceAfter=size * 0.35)
    return Paragraph(escape(text), style)


def paragraph(text: str, *, size: float = 9.5, space: float = 5) -> Flowable:
    """Give a paragraph of plain text: markup in it is shown, not obeyed."""
    return Paragraph(escape(text), ParagraphStyle("text", fontName=regular(), fontSize=size, leading=size * 1.4,
                                                  spaceAfter=space))


def table(
    rows: Sequence[Sequence[str]], widths: Sequence[float] | None = None, *, size: float = 8.5,
    heights: Sequence[float | None] | None = None,
) -> Flowable:
    """Give a table, the first row its header, repeated on each page; in millimetres (None: as it takes)."""
    cells = [[paragraph(cell, size=size, space=0) for cell in row] for row in rows]
    made = Table(
        cells, colWidths=[width * mm for width in widths] if widths else None,
        rowHeights=[height and height * mm for height in heights] if heights else None, repeatRows=1, hAlign="LEFT",
    )
    made.setStyle(TableStyle([
        ("BACKGROUND", (0, 0), (-1, 0), PALE), ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]))
    return made


def gap(height: float) -> Flowable:
    """Leave room, in millimetres."""
    return Spacer(1, height * mm)


@cache
def _fonts() -> None:
    for name in (_REGULAR, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def regular() -> str:
    """Name the font of ordinary text, ready to be drawn with."""
    _fonts()
    return _REGULAR


def _bold() -> str:
    _fonts()
    return _BOLD
