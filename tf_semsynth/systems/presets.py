"""Presets: a folder that holds a system for reuse, in KerasHub's layout.

`config.json` (what to build), `model.weights.h5` (its weights), `metadata.json`
(versions, date, number of parameters) and `README.md`, a model card for a hub.
The class comes from our registry, by the system's name: a file can neither
name a module to import nor a class of another package.
"""

import datetime
import json
import math
import os

import keras

from tf_semsynth.systems.averages import copy_averaged

_CONFIG, _WEIGHTS, _METADATA, _CARD = (
    "config.json",
    "model.weights.h5",
    "metadata.json",
    "README.md",
)
_PACKAGE = "tf_semsynth"


def save_preset(system, directory):
    """Writes a system's configuration and weights; see `System`.

    Args:
        system: `System`. Where it keeps averaged weights, those are written;
            its optimizers are not.
        directory: str or path of a local folder, made where it is missing.
            Older files of these names are replaced.
    """
    from tf_semsynth.systems.registry import system_name

    os.makedirs(directory, exist_ok=True)
    name = system_name(system)
    copy = copy_averaged(system)  # Without optimizers.
    weights_path = os.path.join(directory, _WEIGHTS)
    copy.save_weights(weights_path, overwrite=True)
    _write_json(
        os.path.join(directory, _CONFIG),
        {
            "registered_name": f"{_PACKAGE}>{name}",
            "class_name": type(system).__name__,
            "config": system.get_config(),
        },
    )
    _write_json(os.path.join(directory, _METADATA), _metadata(copy))
    with open(os.path.join(directory, _CARD), "w", encoding="utf-8") as file:
        file.write(_model_card(name, system))


def load_preset(directory, dtype=None, load_weights=True):
    """Builds the system of a folder that `save_preset` wrote.

    Args:
        directory: str or path of a local folder.
        dtype: str, `keras.DTypePolicy` or None: the policy in place of the
            saved one.
        load_weights: bool; False leaves the weights of the random start.

    Returns:
        The `System`, not compiled.

    Raises:
        OSError: A file is missing or cannot be read.
        ValueError: `config.json` names no system that is registered, or the
            weights do not fit it.
    """
    from tf_semsynth.systems.registry import get_system_class

    saved = _read_config(directory)
    package, _, name = saved["registered_name"].partition(">")
    if package != _PACKAGE:
        raise ValueError(
            f"{directory} is a preset of {package!r}, not of {_PACKAGE}: "
            f"registered_name={saved['registered_name']!r}."
        )
    config = dict(saved["config"])
    if dtype is not None:
        config["dtype"] = dtype
    system = get_system_class(name).from_config(config)
    if not load_weights:
        return system
    path = os.path.join(directory, _WEIGHTS)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"The preset {directory} lacks its weights, {_WEIGHTS}."
        )
    system.load_weights(path)
    return system


def _read_config(directory):
    path = os.path.join(directory, _CONFIG)
    try:
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        saved["registered_name"], saved["config"]
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{directory} is no preset: it has no {_CONFIG}. Expected a "
            "folder that system.save_to_preset(directory) wrote."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no configuration of a preset: "
            f"{type(error).__name__}: {error}."
        ) from error
    return saved


def _count(network):
    return sum(math.prod(variable.shape) for variable in network.weights)


def _metadata(system):
    from tf_semsynth import __version__

    now = datetime.datetime.now(datetime.UTC)
    return {
        "keras_version": keras.__version__,
        "tf_semsynth_version": __version__,
        "parameter_count": sum(map(_count, system.networks.values())),
        "date_saved": now.strftime("%Y-%m-%d@%H:%M:%S"),
    }


def _write_json(path, content):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


def _model_card(name, system):
    config = system.config
    remarks = {
        part: "random: its weights were never loaded"
        for part in system.absent_networks
    }
    networks = "\n".join(
        f"| {part} | {_count(network):,} | {remarks.get(part, '')} |"
        for part, network in system.networks.items()
    )
    options = "\n".join(
        f"| `{field}` | {value} |"
        for field, value in system.get_config()["config"].items()
    )
    classes = "\n".join(
        f"| {index} | {label} | #{red:02x}{green:02x}{blue:02x} |"
        for index, (label, (red, green, blue)) in enumerate(
            zip(system.classes.names, system.classes.colours, strict=True)
        )
    )
    description = _dedented(type(system).__doc__ or "")
    noise = "seed=[1]" if system.uses_noise else ""
    call = ", ".join(part for part in ('{"class_ids": ids}', noise) if part)
    return f"""---
library_name: {_PACKAGE}
pipeline_tag: image-to-image
tags:
- semantic-image-synthesis
- {name}
---

# {name}, {config.image_height} x {config.image_width} pixels, \
{config.num_classes} classes

{description}

## Use

```python
import numpy as np
import tf_semsynth as ss

from tf_semsynth.systems.averages import copy_averaged

system = ss.System.from_preset("<this folder>")
ids = np.zeros((1, {config.image_height}, {config.image_width}), "int32")
image = system.synthesize({call})  # float32, [-1, 1]
```

## Networks

| network | numbers | |
| --- | --- | --- |
{networks}

## Options

| option | value |
| --- | --- |
{options}

## Classes

| id | name | colour |
| --- | --- | --- |
{classes}
"""


def _dedented(docstring):
    first, *rest = docstring.strip().split("\n")
    return "\n".join([first, *(line.strip() for line in rest)])
