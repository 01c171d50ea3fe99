"""What the tools paint, pixel by pixel, against slow loops."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from tests.serving.studio.browser import run_module

COLLECT = """
    const spans = [];
    const paint = (y, x0, x1) => spans.push([y, x0, x1]);
"""


def pixels_of(spans):
    rows = np.array(spans, int).tolist()  # JavaScript also knows -0.0.
    return {(x, y) for y, x0, x1 in rows for x in range(x0, x1)}


@pytest.mark.parametrize("diameter", [1, 2, 3, 4, 5, 8, 12, 13, 32])
def test_a_disc_holds_the_pixels_whose_centres_are_near(module_page, diameter):
    rows = run_module(
        module_page, "labels/disc.js", "return m.discRows(argument);", diameter
    )
    centre = Fraction(diameter % 2, 2)
    half = Fraction(1, 2)
    expected = {
        (x, y)
        for x in range(-40, 40)
        for y in range(-40, 40)
        if (x + half - centre) ** 2 + (y + half - centre) ** 2
        <= Fraction(diameter, 2) ** 2
    }
    assert pixels_of(rows) == expected


def walk(page, *ends):
    return run_module(
        page,
        "labels/line.js",
        "const points = []; m.walkLine(...argument, (x, y) => "
        "points.push([x, y])); return points;",
        list(ends),
    )


def test_a_line_has_no_gaps_and_stays_within_half_a_pixel(module_page):
    rng = np.random.default_rng(0)
    for x0, y0, x1, y1 in rng.integers(-20, 20, (40, 4)).tolist():
        points = np.array(walk(module_page, x0, y0, x1, y1))
        assert points[0].tolist() == [x0, y0]
        assert points[-1].tolist() == [x1, y1]
        steps = np.abs(np.diff(points, axis=0))
        assert (steps.max(1, initial=1) == 1).all()
        length = max(abs(x1 - x0), abs(y1 - y0))
        assert len(points) == length + 1
        if length:
            along = np.linspace((x0, y0), (x1, y1), length + 1)
            assert np.abs(points - along).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(
    "end, snapped",
    [((9, 1), (9, 0)), ((2, -9), (0, -9)), ((-7, 6), (-7, 7)), ((0, 0),) * 2],
)
def test_shift_turns_a_line_to_the_nearest_direction(module_page, end, snapped):
    found = run_module(
        module_page,
        "labels/line.js",
        "const [x, y] = argument; "
        "return m.snapToDirections({x: 0, y: 0}, {x, y});",
        list(end),
    )
    assert (found["x"], found["y"]) == snapped


def inside(corners, x, y):
    """The even-odd rule with exact numbers; a border counts as inside."""
    odd = False
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    for (ax, ay), (bx, by) in pairs:
        if (ay <= y) != (by <= y):
            crossing = ax + Fraction((y - ay) * (bx - ax), by - ay)
            if crossing == x:
                return True
            odd ^= crossing < x
    return odd


def test_a_polygon_is_its_border_and_what_the_even_odd_rule_says(module_page):
    rng = np.random.default_rng(1)
    for count in (3, 4, 5, 7, 3, 6):
        corners = rng.integers(0, 24, (count, 2)).tolist()
        spans = run_module(
            module_page,
            "labels/polygon.js",
            COLLECT + "m.paintPolygon(argument.map(([x, y]) => ({x, y})), "
            "paint); return spans;",
            corners,
        )
        expected = {
            (x, y)
            for x in range(-2, 26)
            for y in range(-2, 26)
            if inside(corners, x, y)
        }
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            expected |= set(map(tuple, walk(module_page, *start, *end)))
        assert pixels_of(spans) == expected


def flood(ids, x, y):
    """The pixels joined to (x, y), by asking neighbours again and again."""
    height, width = ids.shape
    found, waiting = set(), {(x, y)}
    while waiting:
        x, y = waiting.pop()
        found.add((x, y))
        for a, b in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)):
            if 0 <= a < width and 0 <= b < height and (a, b) not in found:
                if ids[b, a] == ids[y, x]:
                    waiting.add((a, b))
    return found


def test_a_fill_covers_what_is_joined_over_sides(module_page):
    rng = np.random.default_rng(2)
    for share in (0.3, 0.45, 0.6):
        ids = (rng.random((19, 23)) < share).astype("uint8")
        x, y = 11, 7
        spans = run_module(
            module_page,
            "labels/flood_fill.js",
            COLLECT + "const [width, height, ids, x, y] = argument; "
            "m.floodFill({width, height, ids: Uint8Array.from(ids)}, x, y, "
            "paint); return spans;",
            [23, 19, ids.ravel().tolist(), x, y],
        )
        assert pixels_of(spans) == flood(ids, x, y)
        assert len(spans) == len({tuple(span) for span in spans})


@pytest.mark.parametrize("size", [(5, 3), (64, 48), (7, 40), (31, 17)])
def test_resizing_takes_the_pixels_that_pillow_takes(module_page, size):
    ids = np.random.default_rng(3).integers(0, 9, (17, 31)).astype("uint8")
    found = run_module(
        module_page,
        "labels/nearest.js",
        "const [ids, ...sizes] = argument; return "
        "Array.from(m.resizeNearest(Uint8Array.from(ids), ...sizes));",
        [ids.ravel().tolist(), 31, 17, *size],
    )
    image = Image.fromarray(ids).resize(size, Image.Resampling.NEAREST)
    assert found == np.asarray(image).ravel().tolist()


def shape(page, name, *corners):
    spans = run_module(
        page,
        "labels/shapes.js",
        f"{COLLECT} m.{name}(...argument, paint); return spans;",
        [{"x": x, "y": y} for x, y in corners],
    )
    return pixels_of(spans)


def test_a_rectangle_holds_both_corners_in_any_order(module_page):
    expected = {(x, y) for x in range(-2, 6) for y in range(3, 8)}
    for corners in (((-2, 3), (5, 7)), ((5, 3), (-2, 7)), ((5, 7), (-2, 3))):
        assert shape(module_page, "paintRectangle", *corners) == expected
    one = shape(module_page, "paintRectangle", (4, 4), (4, 4))
    assert one == {(4, 4)}


@pytest.mark.parametrize(
    "corners", [((0, 0), (8, 5)), ((-3, 2), (4, 2)), ((7, 9), (0, 0))]
)
def test_an_ellipse_holds_the_pixels_whose_centres_are_inside(
    module_page, corners
):
    (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(*corners, strict=True))
    across, down = x1 - x0 + 1, y1 - y0 + 1
    expected = {
        (x, y)
        for x in range(x0, x1 + 1)
        for y in range(y0, y1 + 1)
        if Fraction(2 * (x - x0) + 1 - across, across) ** 2
        + Fraction(2 * (y - y0) + 1 - down, down) ** 2
        <= 1
    }
    assert shape(module_page, "paintEllipse", *corners) == expected


def test_a_square_corner_keeps_its_direction(module_page):
    corner = run_module(
        module_page,
        "labels/shapes.js",
        "return argument.map((to) => m.squareCorner({ x: 5, y: 5 }, to));",
        [{"x": 9, "y": 6}, {"x": 3, "y": 12}, {"x": 1, "y": 4}],
    )
    assert corner == [{"x": 9, "y": 9}, {"x": -2, "y": 12}, {"x": 1, "y": 1}]


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("filter", ["nearest", "lanczos"])
def test_enlarging_gives_what_pillow_gives(module_page, filter, factor):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (5, 7, 3), dtype="uint8")
    data = np.dstack([pixels, np.full((5, 7), 255)]).reshape(-1).tolist()
    enlarged = run_module(
        module_page,
        "files/enlarge.js",
        "const data = Uint8ClampedArray.from(argument.data); "
        "const picture = new ImageData(data, 7, 5); "
        "const { factor, filter } = argument; "
        "const larger = m.enlarge(picture, factor, filter); "
        "return [larger.width, larger.height, Array.from(larger.data)];",
        {"data": data, "factor": factor, "filter": filter},
    )
    width, height, values = enlarged
    found = np.array(values).reshape(height, width, 4)
    method = getattr(Image.Resampling, filter.upper())
    size = (7 * factor, 5 * factor)
    expected = Image.fromarray(pixels).resize(size, method)
    assert (width, height) == size and (found[..., 3] == 255).all()
    # Pillow rounds between its two passes, at 8 bits, too.
    difference = np.abs(found[..., :3] - np.asarray(expected, "int32"))
    assert difference.max() <= (1 if filter == "lanczos" else 0)
