from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.evaluation.intervals import Estimate
from gnn.evaluation.markup import element, page
from gnn.evaluation.plot_labels import Box, place_labels
from gnn.evaluation.plot_scale import scale_over
from gnn.evaluation.plots import Panel, dot_plot, in_words, scatter

FLOATS = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 6))
PLACES = st.floats(10, 490)


def dots(drawing: ET.Element) -> list[ET.Element]:
    return list(drawing.iter("circle"))


def place(mark: ET.Element, name: str) -> float:
    return float(mark.attrib[name])


@given(st.lists(FLOATS, min_size=1, max_size=5), st.booleans())
def test_a_scale_holds_all_values_and_has_round_ticks(values: list[float], zero: bool) -> None:
    scale = scale_over(values, 100, 400, zero=zero)
    for value in [*values, *([0.0] if zero else [])]:
        assert 100 - 1e-6 <= scale(value) <= 400 + 1e-6
    ticks = scale.ticks(5)
    assert 1 <= len(ticks) <= 6
    labels = [scale.label(tick) for tick in ticks]
    assert len(set(labels)) == len(labels)
    for tick, label in zip(ticks, labels, strict=True):
        assert float(label) == pytest.approx(tick, abs=1e-9 + abs(scale.high - scale.low) / 1000)


def test_what_is_positive_has_no_axis_below_zero() -> None:
    assert scale_over([0.01, 0.9], 0, 1).low == 0
    assert scale_over([-0.01, 0.9], 0, 1).low < -0.01
    assert scale_over([None], 0, 1).low == 0
    assert scale_over([], 0, 1).high == pytest.approx(1.06)


def test_a_dot_is_within_its_interval_and_told_in_words() -> None:
    drawing = dot_plot(["a", "b"], [Panel("NDCG", [Estimate(0.3, 0.2, 0.5), Estimate(0.1)])], shared=True)
    first, second = dots(drawing)
    whisker = next(line for line in drawing.iter("line") if line.attrib["class"] == "whisker c0")
    assert place(whisker, "x1") < place(first, "cx") < place(whisker, "x2")
    assert place(second, "cx") < place(first, "cx")
    assert place(first, "cy") < place(second, "cy")
    assert [title.text for title in drawing.iter("title")] == ["NDCG", "a: 0.3000 (0.2000 to 0.5000)", "b: 0.1000"]


def test_panels_share_a_scale_or_have_their_own() -> None:
    panels = [Panel("one", [Estimate(1.0), Estimate(2.0)]), Panel("two", [Estimate(10.0), Estimate(20.0)])]
    own = [place(dot, "cx") for dot in dots(dot_plot(["a", "b"], panels, shared=False))]
    assert own[1] - own[0] == pytest.approx(own[3] - own[2], abs=0.05)
    shared = [place(dot, "cx") for dot in dots(dot_plot(["a", "b"], panels, shared=True))]
    assert shared[3] - shared[2] == pytest.approx(10 * (shared[1] - shared[0]), abs=0.2)


def test_what_is_not_defined_has_no_dot() -> None:
    panel = Panel("some", [None, Estimate(None), Estimate(0.5)], zero=True)
    drawing = dot_plot(["a", "b", "c"], [panel], shared=False)
    assert len(dots(drawing)) == 1
    assert [line for line in drawing.iter("line") if line.attrib["class"] == "zero"]
    assert len(dots(scatter(["a", "b"], [1.0, None], [0.5, 0.5], "x", "y"))) == 1
    assert in_words(Estimate(None)) == "not defined"


def test_a_scatter_goes_right_and_up() -> None:
    low, high = dots(scatter(["a", "b"], [1.0, 2.0], [0.1, 0.4], "Coverage", "NDCG"))
    assert place(low, "cx") < place(high, "cx")
    assert place(low, "cy") > place(high, "cy")


@given(st.lists(st.tuples(PLACES, PLACES), max_size=6))
def test_labels_are_beside_their_dots(places: list[tuple[float, float]]) -> None:
    boxes = place_labels(["name"] * len(places), places, Box(0, 0, 500, 500))
    assert len(boxes) == len(places)
    for box, (x, y) in zip(boxes, places, strict=True):
        assert box.left > x or box.right < x
        assert abs((box.top + box.bottom) / 2 - y) <= 3 * 14


def test_labels_of_dots_that_are_close_stay_apart() -> None:
    places = [(250.0 + 3 * k, 250.0 - 2 * k) for k in range(6)]
    boxes = place_labels(["name"] * 6, places, Box(0, 0, 500, 500))
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert not any(box.left < x < box.right and box.top < y < box.bottom for box in boxes for x, y in places)


def test_labels_at_the_edge_turn_inwards() -> None:
    [box] = place_labels(["name"], [(490.0, 250.0)], Box(0, 0, 500, 500))
    assert box.right < 490


def test_elements_keep_text_and_children_in_order_and_escape_both() -> None:
    made = element("p", "a < b", element("b", "&"), "c", None, "d", class_='"x"', data_value=1.5)
    assert page(made) == '<!DOCTYPE html>\n<p class="&quot;x&quot;" data-value="1.5">a &lt; b<b>&amp;</b>cd</p>\n'
