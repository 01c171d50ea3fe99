"""The things that stand in a scene, each with texture, light and shadow.

Every function takes the canvas, the column `x` and the row `y` of the ground
under the thing, and its height in pixels. Light comes from the upper left.
"""

import numpy as np

from tf_semsynth.data.scenes import palette


def paint_building(canvas, left, right, top, bottom, wall):
    """A brick house with rows of windows and a dark roof edge."""
    window = canvas.window(left, top, right, bottom)
    # One row and one column are enough for what is made of straight lines.
    x, y = canvas.x[window][:1], canvas.y[window][:, :1]
    if not x.size or not y.size:
        return
    inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    unit = max(3.0, canvas.height / 21)  # The height of a window.
    course = np.floor((y - top) / (unit / 2.2))
    joints = ((y - top) % (unit / 2.2) < 0.8) * np.float32(0.5)
    upright = (x + course % 2 * unit / 2) % unit < 0.8
    joints = np.maximum(joints, upright * np.float32(0.25))
    colour = palette.mix(wall, palette.MORTAR, joints[..., None])
    frame, glass = _window_panes(x - left, y - top, right - left, unit)
    np.copyto(colour, palette.FRAME, where=frame[..., None])
    np.copyto(colour, palette.GLASS, where=glass[..., None])
    colour[(y < top + unit * 0.55)[:, 0]] = palette.ROOF
    light = 1.05 - 0.28 * (x - left) / max(1.0, right - left)
    light = light + np.float32(0.05) * canvas.grain[window]
    colour *= light[..., None]
    instance = canvas.new_instance(palette.BUILDING)
    canvas.paint(window, inside, colour, palette.BUILDING, instance)


def _window_panes(x, y, width, unit):
    """Masks of window frames and of the glass within."""
    columns = max(1, int(width / (unit * 1.9)))
    pitch = width / columns
    from_middle = np.abs(x % pitch - pitch / 2)
    down = (y - unit * 0.9) % (unit * 1.9)
    below_roof = y > unit * 0.9
    rows = (down < unit * 1.15) & below_roof
    frame = (from_middle < unit * 0.55) & rows
    rows = (down < unit * 0.9) & (down > unit * 0.15) & below_roof
    glass = (from_middle < unit * 0.34) & rows
    return frame, glass


def paint_tree(canvas, x, y, height):
    """A trunk and a crown of leaves in light and shade."""
    instance = canvas.new_instance(palette.TREE)
    trunk = max(1.0, height * 0.06)
    _shadow(canvas, x, y, height * 0.30)
    window = canvas.window(x - trunk, y - height * 0.5, x + trunk, y)
    wx, wy = canvas.x[window], canvas.y[window]
    inside = (np.abs(wx - x) < trunk) & (wy < y)
    bark = 1.1 - 0.4 * (wx > x) + 0.12 * canvas.grain[window]
    colour = palette.TRUNK * bark[..., None]
    canvas.paint(window, inside, colour, palette.TREE, instance)

    rng = canvas.rng
    crown = height * 0.30
    top = y - height * 0.68
    window = canvas.window(
        x - 1.6 * crown, top - 1.4 * crown, x + 1.6 * crown, top + 1.4 * crown
    )
    wx, wy = canvas.x[window], canvas.y[window]
    inside = np.zeros(wx.shape, bool)
    for angle in np.arange(5) * 1.257 + rng.uniform(0, 1):
        cx = x + 0.55 * crown * np.cos(angle)
        cy = top + 0.5 * crown * np.sin(angle)
        radius = crown * rng.uniform(0.6, 0.85)
        inside |= (wx - cx) ** 2 + (wy - cy) ** 2 < radius**2
    side = ((wx - x) + (wy - top)) / (2.2 * crown)
    light = 1.05 - 0.5 * side + 0.30 * canvas.grain[window]
    colour = palette.LEAVES * np.clip(light, 0.3, 2.2)[..., None]
    canvas.paint(window, inside, colour, palette.TREE, instance)


def paint_fence(canvas, left, right, y, height):
    """Upright wooden planks with gaps, and a rail."""
    window = canvas.window(left, y - height, right, y)
    x, wy = canvas.x[window], canvas.y[window]
    inside = (x >= left) & (x < right) & (wy >= y - height) & (wy < y)
    pitch = max(3.0, canvas.height / 24)
    gaps = (x - left) % pitch < pitch * 0.3
    rail = np.abs(wy - (y - height * 0.6)) < max(0.5, height * 0.07)
    light = 1.05 - 0.5 * (gaps & ~rail) - 0.12 * rail
    light = light + 0.06 * canvas.grain[window]
    colour = palette.PLANK * light[..., None]
    canvas.paint(window, inside, colour, palette.FENCE)


def paint_car(canvas, x, y, height, paint):
    """A car from behind: body, rear window, lamps, tyres."""
    half = height * 0.72
    _shadow(canvas, x, y, half * 1.15, 0.35)
    window = canvas.window(x - half, y - height, x + half, y)
    wx, wy = (canvas.x[window] - x) / half, (y - canvas.y[window]) / height
    body = (np.abs(wx) < 1) & (wy > 0.14) & (wy < 0.60)
    body &= ~((np.abs(wx) > 0.9) & (wy > 0.52))
    cabin = (np.abs(wx) < 0.78 - 0.32 * (wy - 0.6)) & (wy >= 0.6) & (wy < 1.0)
    tyres = (np.abs(np.abs(wx) - 0.72) < 0.17) & (wy < 0.22) & (wy > 0)
    inside = body | cabin | tyres
    light = 0.72 + 0.42 * wy - 0.12 * wx
    colour = paint * light[..., None]
    glass = cabin & (np.abs(wx) < 0.62 - 0.3 * (wy - 0.6)) & (wy > 0.64)
    glass &= wy < 0.92
    sheen = palette.CAR_GLASS * (0.75 + 0.5 * wy * (wx < 0.1))[..., None]
    colour = np.where(glass[..., None], sheen, colour)
    lamps = (
        body & (np.abs(np.abs(wx) - 0.8) < 0.14) & (np.abs(wy - 0.47) < 0.09)
    )
    colour = np.where(lamps[..., None], palette.LAMP, colour)
    bumper = body & (wy < 0.24)
    colour = np.where((tyres | bumper)[..., None], palette.TYRE, colour)
    instance = canvas.new_instance(palette.CAR)
    canvas.paint(window, inside, colour, palette.CAR, instance)


def paint_person(canvas, x, y, height, shirt):
    """A standing person: head, shirt, trousers."""
    half = max(1.3, height * 0.17)
    _shadow(canvas, x, y, half * 1.2)
    window = canvas.window(x - half, y - height, x + half, y)
    wx, wy = (canvas.x[window] - x) / half, (y - canvas.y[window]) / height
    head = (wx / 0.62) ** 2 + ((wy - 0.90) / 0.10) ** 2 < 1
    chest = (np.abs(wx) < 1 - 0.5 * (wy > 0.74)) & (wy > 0.44) & (wy < 0.80)
    legs = (np.abs(wx) < 0.72) & (wy > 0) & (wy <= 0.44)
    if height > 14:  # Apart where there are pixels for it.
        legs &= (np.abs(wx) > 0.10) | (wy > 0.36)
    light = (1.05 - 0.2 * wx + 0.05 * canvas.grain[window])[..., None]
    colour = np.where(chest[..., None], shirt, palette.TROUSERS)
    colour = np.where(head[..., None], palette.SKIN, colour) * light
    instance = canvas.new_instance(palette.PERSON)
    canvas.paint(window, head | chest | legs, colour, palette.PERSON, instance)


def paint_sign(canvas, x, y, height):
    """A grey pole with a round red plate and its white bar."""
    radius = max(2.0, height * 0.20)
    pole = max(0.6, height * 0.03)
    centre = y - height + radius
    window = canvas.window(x - radius, y - height, x + radius, y)
    wx, wy = canvas.x[window] - x, canvas.y[window]
    on_pole = (np.abs(wx) < pole) & (wy > centre) & (wy < y)
    distance = np.hypot(wx, wy - centre)
    plate = distance < radius
    bar = (np.abs(wy - centre) < radius * 0.27) & (np.abs(wx) < radius * 0.68)
    light = (1.0 - 0.15 * wx / radius)[..., None]
    colour = np.where(plate[..., None], palette.PLATE, palette.POLE)
    colour = np.where(bar[..., None], palette.PLATE_BAR, colour) * light
    instance = canvas.new_instance(palette.SIGN)
    canvas.paint(window, plate | on_pole, colour, palette.SIGN, instance)


def _shadow(canvas, x, y, half, depth=0.25):
    """Darkens the ground to the right of a thing's foot."""
    cx, height = x + half * 0.35, max(1.0, half * depth)
    window = canvas.window(cx - half, y - height, cx + half, y + height)
    wx, wy = canvas.x[window], canvas.y[window]
    inside = ((wx - cx) / half) ** 2 + ((wy - y) / height) ** 2 < 1
    class_ids = canvas.class_ids[window]  # Road, pavement and grass follow.
    ground = (class_ids >= palette.ROAD) & (class_ids <= palette.GRASS)
    canvas.darken(window, inside & ground, 0.58)
