"""Fine-tuning: starts a system from another one's weights."""

import re

import keras
import numpy as np


def copy_weights(source, target, report=print):
    """Copies all weights that fit, network by network.

    The two are systems of one kind. Where their classes differ, kernels that
    read the layout keep the rows of the classes that both have (equal names,
    or equal ids where the names are default ones); new classes keep their
    random start. A network that only one of them has is left alone.

    Args:
        source: `System`, built, with weights worth having.
        target: `System`, built, not yet trained; changed in place.
        report: function of one str, told what was kept and what is new.

    Raises:
        ValueError: The systems are of different kinds, or a weight differs
            in more than its classes. Some weights may have changed then.
    """
    if type(source) is not type(target):
        raise ValueError(
            f"Weights of {type(source).__name__} do not fit "
            f"{type(target).__name__}. Expected two systems of one kind."
        )
    rows = ClassRows(source, target)
    report(rows.describe())
    for name, network in target.networks.items():
        if name not in source.networks or name in source.absent_networks:
            report(f"{name}: not there, starts at random.")
            continue
        copied, new = _copy_network(source.networks[name], network, rows, name)
        words = f"{name}: {copied} of {copied + len(new)} variables kept"
        if new:
            words += "; new, at random: " + ", ".join(new)
        report(words + ".")


class ClassRows:
    """Which rows of a layout's kernel become which.

    Args:
        source, target: systems.

    Attributes:
        pairs: list of (class id in target, class id in source).
    """

    def __init__(self, source, target):
        self._tables = source.classes, target.classes
        self._edges = source.config.use_edges, target.config.use_edges
        old, new = self._tables
        if _has_default_names(old) or _has_default_names(new):
            shared = range(min(old.num_classes, new.num_classes))
            self.pairs = [(k, k) for k in shared]
        else:
            ids = {name: k for k, name in enumerate(old.names)}
            if None not in (old.unknown_id, new.unknown_id):
                ids[new.names[new.unknown_id]] = old.unknown_id
            self.pairs = [
                (k, ids[name])
                for k, name in enumerate(new.names)
                if name in ids
            ]

    @property
    def are_all_equal(self):
        """Whether every class stays what and where it is."""
        old, new = self._tables
        same = old.num_classes == new.num_classes
        return same and self.pairs == [(k, k) for k in range(old.num_classes)]

    def describe(self):
        """What is kept and what is new, in words."""
        old, new = self._tables
        if self.are_all_equal:
            return f"All {new.num_classes} classes are kept."
        kept = {k for k, _ in self.pairs}
        names = [name for k, name in enumerate(new.names) if k not in kept]
        words = (
            f"Classes: {len(kept)} of {new.num_classes} are kept, out of "
            f"{old.num_classes} there."
        )
        if names:
            words += f" New, at random: {', '.join(names)}."
        return words

    def move(self, old, new, axis):
        """Puts the kept rows of one array into another.

        Along the axis lie the classes, then the edges (where the system has
        them), then what is no layout.

        Args:
            old: array of the source.
            new: array of the target; not changed.
            axis: int.

        Returns:
            array like `new`, or None where the sizes do not fit.
        """
        pairs = list(self.pairs)
        first_old, first_new = (t.num_classes for t in self._tables)
        if self._edges == (True, True):
            pairs.append((first_new, first_old))
        first_old += self._edges[0]
        first_new += self._edges[1]
        rest = old.shape[axis] - first_old
        if rest < 0 or rest != new.shape[axis] - first_new:
            return None
        pairs += [(first_new + i, first_old + i) for i in range(rest)]
        result = np.moveaxis(np.array(new), axis, 0)
        old = np.moveaxis(old, axis, 0)
        if result.shape[1:] != old.shape[1:]:
            return None
        for row, old_row in pairs:
            result[row] = old[old_row]
        return np.moveaxis(result, 0, axis)


def _copy_network(source, target, rows, network_name):
    """Returns the number of variables copied and the names of new ones."""
    old_variables = _by_place(source)
    layout = _layout_variables(target)
    new_names, misfits = [], []
    variables = _by_place(target)
    for place, variable in variables.items():
        if place not in old_variables:
            new_names.append(place)
            continue
        old = keras.ops.convert_to_numpy(old_variables[place])
        new = keras.ops.convert_to_numpy(variable)
        value = _fit(old, new, layout.get(id(variable)), rows)
        if value is None:
            misfits.append(f"{place} is {new.shape} here, {old.shape} there")
        else:
            variable.assign(value)
    if misfits:
        listing = "; ".join(misfits[:5])
        raise ValueError(
            f"{len(misfits)} variables of the {network_name} do not fit: "
            f"{listing}. Expected the same network but for its classes: use "
            "the options of the training to start from."
        )
    return len(variables) - len(new_names), new_names


def _fit(old, new, num_taps, rows):
    """The old values in the new shape, or None."""
    if old.shape == new.shape and (num_taps is None or rows.are_all_equal):
        return old
    if old.ndim != new.ndim:
        return None
    if num_taps is not None and new.ndim == 1:  # Of spectral normalisation.
        value = rows.move(
            old.reshape(num_taps, -1), new.reshape(num_taps, -1), axis=1
        )
        return None if value is None else value.reshape(-1)
    if num_taps is not None:
        return rows.move(old, new, axis=new.ndim - 2)
    different = [a for a in range(new.ndim) if old.shape[a] != new.shape[a]]
    return rows.move(old, new, different[0]) if len(different) == 1 else None


def _layout_variables(network):
    """The variables that have a row for each class.

    Returns:
        dict, id of the variable -> number of kernel taps.
    """
    found = {}
    for layer in network._flatten_layers():
        inner = getattr(layer, "layer", layer)  # Of SpectralNormalization.
        if not hasattr(inner, "num_classes") or not hasattr(inner, "kernel"):
            continue
        num_taps = int(np.prod(inner.kernel.shape[:-2]))
        found[id(inner.kernel)] = num_taps
        if hasattr(layer, "vector_v"):
            found[id(layer.vector_v)] = num_taps
    return found


def _by_place(network):
    """The variables by their place in the network.

    Keras numbers layers of one kind through the whole process. Here they are
    numbered anew in each layer, so that equal networks have equal places.
    """
    numbers = {}
    variables = {}
    for variable in network.variables:
        parent, place = "", []
        for part in variable.path.split("/")[1:]:
            siblings = numbers.setdefault(parent, {})
            kind = re.sub(r"_\d+$", "", part)
            names = siblings.setdefault(kind, [])
            if part not in names:
                names.append(part)
            index = names.index(part)
            place.append(f"{kind}_{index}" if index else kind)
            parent = f"{parent}/{part}"
        variables["/".join(place)] = variable
    return variables


def _has_default_names(table):
    return all(name == f"class_{k}" for k, name in enumerate(table.names))
