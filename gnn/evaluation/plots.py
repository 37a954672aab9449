"""Plots of an evaluation as inline SVG: dots with intervals side by side, and one metric against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from gnn.evaluation.intervals import Estimate
from gnn.evaluation.markup import element
from gnn.evaluation.plot_labels import Box, place_labels
from gnn.evaluation.plot_scale import Scale, scale_over

COLOURS = 10
"""Classes c0 to c9 of the style sheet; further strategies use them again, and every mark is named anyway."""
WIDTH = 1080.0
LABELS = 170.0
ROW = 30.0
TOP = 46.0
GAP = 34.0
SCATTER_HEIGHT = 300.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One column of a dot plot: an estimate for each of its rows, None where there is none."""

    title: str
    estimates: Sequence[Estimate | None]
    zero: bool = False


def dot_plot(names: Sequence[str], panels: Sequence[Panel], *, shared: bool, digits: int = 4) -> ET.Element:
    """Rows of dots with their intervals, named at the left; panels have one scale if `shared`, else each its own.

    A panel with `zero` has a line there: an interval that does not cross it differs from nothing.
    """
    height = TOP + ROW * len(names) + 28
    width = (WIDTH - LABELS) / len(panels)
    everything = [bound for panel in panels for bound in _bounds(panel)]
    drawing = _drawing(height, ", ".join(panel.title for panel in panels))
    for row, name in enumerate(names):
        drawing.append(_text(name, LABELS - 14, _row(row) + 4, "name", anchor="end"))
    plot = _DotPlot(names, digits, bottom=height - 24)
    for place, panel in enumerate(panels):
        start = LABELS + place * width
        # What a dot says is written beside it, so the scale ends before the panel does.
        scale = scale_over(everything if shared else _bounds(panel), start, start + width - GAP - 30, zero=panel.zero)
        drawing.append(plot.panel(panel, scale))
    return drawing


def scatter(
    names: Sequence[str], across: Sequence[float | None], up: Sequence[float | None], x_title: str, y_title: str
) -> ET.Element:
    """One named dot per strategy, where both values are known."""
    width = WIDTH / 2
    x = scale_over(across, 62, width - 24)
    y = scale_over(up, SCATTER_HEIGHT - 46, 34)
    drawing = _drawing(SCATTER_HEIGHT, f"{y_title} against {x_title}", width)
    drawing.append(_grid_across(x, 34, SCATTER_HEIGHT - 46))
    drawing.append(_grid_up(y, x.start, x.end))
    drawing.append(_text(x_title, (x.start + x.end) / 2, SCATTER_HEIGHT - 8, "axis", anchor="middle"))
    drawing.append(_text(y_title, 8, 16, "axis"))
    known = [(k, a, b) for k, (a, b) in enumerate(zip(across, up, strict=True)) if a is not None and b is not None]
    dots = [(x(a), y(b)) for _, a, b in known]
    boxes = place_labels([names[k] for k, _, _ in known], dots, Box(x.start, 0, width, SCATTER_HEIGHT - 46))
    for (k, a, b), dot, box in zip(known, dots, boxes, strict=True):
        drawing.append(_dot(*dot, k, f"{names[k]}: {x_title} {a:.4f}, {y_title} {b:.4f}"))
        left, anchor = (box.left, "start") if box.left > dot[0] else (box.right, "end")
        drawing.append(_text(names[k], left, box.bottom - 3, f"of c{k % COLOURS}", anchor=anchor))
    return drawing


@dataclass(frozen=True, slots=True)
class _DotPlot:
    """What all panels share; `bottom` of the rows in pixels."""

    names: Sequence[str]
    digits: int
    bottom: float

    def panel(self, panel: Panel, scale: Scale) -> ET.Element:
        group = element("g", _text(panel.title, scale.start, 18, "title"), _grid_across(scale, TOP - 12, self.bottom))
        if panel.zero:
            group.append(_line(scale(0), TOP - 12, scale(0), self.bottom, "zero"))
        for row, estimate in enumerate(panel.estimates):
            if estimate is not None and estimate.value is not None:
                group.extend(self._marks(row, estimate, estimate.value, scale))
        return group

    def _marks(self, row: int, estimate: Estimate, value: float, scale: Scale) -> list[ET.Element]:
        """A dot, its interval, and its value after whichever of them ends last."""
        right = scale(value) + 4
        whisker = []
        if estimate.lower is not None and estimate.upper is not None:
            right = max(right, scale(estimate.upper))
            ends = scale(estimate.lower), scale(estimate.upper)
            whisker = [_line(ends[0], _row(row), ends[1], _row(row), f"whisker c{row % COLOURS}")]
        told = f"{self.names[row]}: {in_words(estimate, self.digits)}"
        dot = _dot(scale(value), _row(row), row, told)
        return [*whisker, dot, _text(f"{value:.{self.digits}f}", right + 7, _row(row) + 4, "value")]


def in_words(estimate: Estimate, digits: int = 4) -> str:
    """Value and interval as text."""
    if estimate.value is None:
        return "not defined"
    if estimate.lower is None or estimate.upper is None:
        return f"{estimate.value:.{digits}f}"
    return f"{estimate.value:.{digits}f} ({estimate.lower:.{digits}f} to {estimate.upper:.{digits}f})"


def _bounds(panel: Panel) -> list[float | None]:
    known = [estimate for estimate in panel.estimates if estimate is not None]
    return [bound for estimate in known for bound in (estimate.value, estimate.lower, estimate.upper)]


def _row(row: int) -> float:
    return TOP + ROW * row + ROW / 2 - 6


def _drawing(height: float, title: str, width: float = WIDTH) -> ET.Element:
    return element("svg", element("title", title), viewBox=f"0 0 {width:.0f} {height:.0f}", role="img")


def _grid_across(scale: Scale, top: float, bottom: float) -> ET.Element:
    grid = element("g")
    for tick in scale.ticks(4):
        grid.append(_line(scale(tick), top, scale(tick), bottom, "grid"))
        grid.append(_text(scale.label(tick), scale(tick), bottom + 16, "tick", anchor="middle"))
    return grid


def _grid_up(scale: Scale, left: float, right: float) -> ET.Element:
    grid = element("g")
    for tick in scale.ticks(5):
        grid.append(_line(left, scale(tick), right, scale(tick), "grid"))
        grid.append(_text(scale.label(tick), left - 8, scale(tick) + 4, "tick", anchor="end"))
    return grid


def _line(x1: float, y1: float, x2: float, y2: float, class_: str) -> ET.Element:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def _dot(x: float, y: float, number: int, told: str) -> ET.Element:
    return element("circle", element("title", told), cx=x, cy=y, r=5, class_=f"dot c{number % COLOURS}")


def _text(text: str, x: float, y: float, class_: str, anchor: str = "start") -> ET.Element:
    return element("text", text, x=x, y=y, class_=class_, text_anchor=anchor)
