"""Plots: every number is where its axes say, nothing hostile gets through."""

from __future__ import annotations

import random
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from gitexp.history.lineup import Curve
from gitexp.model.series import Series
from gitexp.model.ticks import choose_ticks
from gitexp.render.plot import COLOURS, draw_plot

SPACE = "{http://www.w3.org/2000/svg}"


def series(*values: float | None, tag: str = "loss") -> Series:
    return Series(tag, tuple(float(step) for step in range(len(values))), values)


def test_points_stand_where_the_axes_say() -> None:
    chance = random.Random(3)
    curves = [
        Curve(number, f"trial {number}", series(*(chance.uniform(-3, 9) for _ in range(50))))
        for number in range(1, 9)
    ]
    root = ElementTree.fromstring(draw_plot("損失", curves))
    left, top, right, bottom = map(float, root.attrib["data-frame"].split())
    x0, y0, x1, y1 = map(float, root.attrib["data-range"].split())
    lines = root.findall(f"{SPACE}polyline")
    assert [line.attrib["data-label"] for line in lines] == [label for _, label, _ in curves]
    assert [each.text for each in root.findall(f"{SPACE}text[@class='plot-label']")] == [
        label for _, label, _ in curves
    ]
    assert (
        len({(line.attrib["stroke"], line.attrib.get("stroke-dasharray")) for line in lines}) == 8
    )
    assert {line.attrib["stroke"] for line in lines} <= set(COLOURS)
    for line, (_, _, curve) in zip(lines, curves, strict=True):
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        for (x, y), step, value in zip(points, curve.steps, curve.values, strict=True):
            assert value is not None
            assert x == pytest.approx(left + (step - x0) / (x1 - x0) * (right - left), abs=0.1)
            assert y == pytest.approx(bottom - (value - y0) / (y1 - y0) * (bottom - top), abs=0.1)
            assert top <= y <= bottom
        assert [float(value) for value in line.attrib["data-values"].split()] == pytest.approx(
            curve.values, rel=1e-5
        )


def test_gaps_stay_gaps_and_nothing_is_no_plot() -> None:
    root = ElementTree.fromstring(
        draw_plot("loss", [Curve(1, "a", series(None, 1, 2, None, 3, None))])
    )
    assert [line.attrib["data-steps"] for line in root.findall(f"{SPACE}polyline")] == ["1 2", "4"]
    assert draw_plot("loss", [Curve(1, "a", series(None, None))]) == ""
    assert draw_plot("loss", []) == ""
    assert "polyline" in draw_plot("loss", [Curve(1, "a", series(5.0))])


def test_hostile_names_stay_text() -> None:
    text = draw_plot('"><script>alert(1)</script>', [Curve(1, 'x" onload="alert(1)', series(1, 2))])
    root = ElementTree.fromstring(text)
    assert not root.findall(f".//{SPACE}script")
    assert not any("onload" in element.attrib for element in root.iter())


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_round_and_inside(low: float, room: float) -> None:
    high = low + room
    if high == low:
        return
    found = choose_ticks(low, high)
    slack = (high - low) * 1e-6 + abs(low) * 1e-9
    assert len(found) <= 6
    assert all(low - slack <= tick <= high + slack for tick in found)
    assert found == sorted(found)
