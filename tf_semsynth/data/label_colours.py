"""The colours that label files have by their class table."""

import numpy as np

from tf_semsynth.data.faults import DataError


class LabelColours:
    """Reads colours as the values of an index file.

    Only colours that somebody gave count; see `ClassTable.invented_colours`.

    Args:
        classes: `ClassTable` of the files.
        value_ids: dict or None, value in an index file -> class id, where
            the values are not the ids themselves.
        remedy: str, how the user can give colours where there are none.
    """

    def __init__(self, classes, value_ids=None, remedy=""):
        value_ids = value_ids or {i: i for i in range(classes.num_classes)}
        self._remedy = remedy
        self._names = {v: classes.names[i] for v, i in value_ids.items()}
        self._values = {}  # Packed colour -> the values that have it.
        for value, class_id in value_ids.items():
            colour = classes.given_colours.get(class_id)
            if colour is not None:
                self._values.setdefault(int(pack(colour)), []).append(value)

    def __bool__(self):
        return bool(self._values)

    def read(self, colours, name):
        """Values of colours.

        Args:
            colours: uint8 array `(H, W, 3)`.
            name: str for messages, the file.

        Returns:
            int32 array `(H, W)`.

        Raises:
            DataError: A colour is no class's or two classes', or there are
                no colours at all.
        """
        if not self:
            raise DataError(
                name,
                "holds colours, and no colours of the classes were given.",
                self._remedy,
            )
        packed = pack(colours)
        known = np.array(sorted(self._values), "int32")
        found = [self._values[c] for c in known.tolist()]
        places = np.minimum(np.searchsorted(known, packed), len(known) - 1)
        wrong = known[places] != packed
        if wrong.any():
            self._refuse(colours, wrong, name)
        is_shared = np.array([len(values) > 1 for values in found])[places]
        if is_shared.any():
            y, x = np.argwhere(is_shared)[0]
            raise DataError(
                name,
                f"has the colour {words(colours[y, x])} at (x={x}, y={y}), "
                "which two classes share.",
                "Give the classes different colours, or save class ids.",
            )
        return np.array([values[0] for values in found], "int32")[places]

    def check_palette(self, indices, palette, name):
        """Refuses a palette whose colours contradict its indices.

        A palette of foreign colours alone says nothing. One that uses a
        class's colour must give every index the colour of its class.

        Args:
            indices: uint8 array `(H, W)`.
            palette: uint8 array `(N, 3)`.
            name: str for messages, the file.

        Raises:
            DataError: It is contradictory.
        """
        used = [i for i in np.unique(indices).tolist() if i < len(palette)]
        found = {i: self._values.get(int(pack(palette[i]))) for i in used}
        named = {i: values for i, values in found.items() if values}
        wrong = [i for i, values in named.items() if i not in values]
        if not named:
            return
        if wrong:
            index, value = wrong[0], named[wrong[0]][0]
            says = f"the colour of class {value} ({self._names[value]})"
        elif len(named) < len(used):
            index = next(i for i in used if i not in named)
            says = f"the colour {words(palette[index])}, which is no class's"
        else:
            return
        raise DataError(
            name,
            f"is a palette PNG whose index {index} has {says}, so its indices "
            "and its colours do not mean the same.",
            "Say which is right: --label_encoding=colour or "
            "--label_encoding=index.",
        )

    def _refuse(self, colours, wrong, name):
        y, x = np.argwhere(wrong)[0]
        remedy = (
            "Every pixel must have the colour of a class; smoothed or "
            "compressed borders do not."
        )
        if (colours[..., :1] == colours).all():
            remedy = (
                "All pixels are grey: if their values are class ids, save the "
                "file with one channel."
            )
        count = len(np.unique(pack(colours[wrong])))
        raise DataError(
            name,
            f"has the colour {words(colours[y, x])} at (x={x}, y={y}), which "
            f"is no class's ({count} such colours on {wrong.sum()} pixels).",
            remedy,
        )


def look_up(indices, palette, name):
    """The colours `(H, W, 3)` of palette indices.

    Raises:
        DataError: An index has no colour.
    """
    if indices.max(initial=0) >= len(palette):
        raise DataError(
            name,
            f"uses the palette index {indices.max()}, but its palette has only "
            f"{len(palette)} colours.",
            "Save it again, or read it by --label_encoding=index.",
        )
    return palette[indices]


def pack(colours):
    """Colours `(..., 3)` as one int32 each."""
    colours = np.asarray(colours, "int32")
    return colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]


def words(colour):
    """A colour in words."""
    return "({}, {}, {})".format(*(int(c) for c in colour))
