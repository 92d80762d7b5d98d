"""Charts for printed pages, by reportlab.graphics, in the fonts of the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from sync_jobs.papers.page import regular

_SHADES = tuple(colors.HexColor(code) for code in ("#2f5d7c", "#e0a458", "#6a994e", "#9d5c8f", "#b0bec5"))
_SIZE = 7.5


def columns(names: Sequence[str], series: Mapping[str, Sequence[float]], *, width: int, height: int) -> Flowable:
    """Draw stacked columns, one for each name, with a legend of the series; sizes in millimetres."""
    drawing = Drawing(width * mm, height * mm)
    chart = VerticalBarChart()
    chart.categoryAxis.style = "stacked"
    _lay(chart, names, list(series.values()), drawing, left=10, bottom=16)
    for position, shade in zip(range(len(series)), _SHADES, strict=False):
        chart.bars[position].fillColor = shade
    legend = Legend()
    legend.x, legend.y, legend.boxAnchor = 28, 0, "sw"
    legend.fontName, legend.fontSize, legend.alignment = regular(), _SIZE, "right"
    legend.columnMaximum, legend.deltax, legend.autoXPadding = 1, 4, 8
    legend.dx = legend.dy = 6
    legend.strokeColor = None
    legend.colorNamePairs = list(zip(_SHADES, series, strict=False))
    drawing.add(chart)
    drawing.add(legend)
    return drawing


def bars(values: Mapping[str, float], *, width: int, height: int) -> Flowable:
    """Draw one horizontal bar for each name, the first on top; sizes in millimetres."""
    drawing = Drawing(width * mm, height * mm)
    chart = HorizontalBarChart()
    names = list(reversed(list(values)))
    _lay(chart, names, [[values[name] for name in names]], drawing, left=38, bottom=6)
    chart.bars[0].fillColor = _SHADES[0]
    drawing.add(chart)
    return drawing


def _lay(chart: Any, names: Sequence[str], data: Sequence[Sequence[float]], drawing: Drawing, *, left: float,
         bottom: float) -> None:
    chart.x, chart.y = left * mm, bottom * mm
    chart.width, chart.height = drawing.width - (left + 4) * mm, drawing.height - (bottom + 4) * mm
    chart.data = [list(row) for row in data]
    chart.categoryAxis.categoryNames = list(names)
    chart.valueAxis.valueMin = 0
    chart.valueAxis.visibleGrid, chart.valueAxis.gridStrokeColor = 1, colors.lightgrey
    chart.bars.strokeColor = None
    chart.barSpacing, chart.groupSpacing = 0, 4
    for axis in (chart.categoryAxis, chart.valueAxis):
        axis.labels.fontName, axis.labels.fontSize = regular(), _SIZE
        axis.strokeColor, axis.visibleTicks = colors.grey, 0
    if not any(map(any, data)):
        chart.valueAxis.valueMax = 1  # an axis of nothing has no scale
