"""Builds our systems and layers from what a file of official numbers says."""

import re

import numpy as np

import tf_semsynth as ss
from tests.parity.fixtures import to_class_ids, to_nhwc
from tf_semsynth.core.edges import make_edges
from tf_semsynth.porting.rules import apply_rules

# Ours -> the official option.
_OPTIONS = {
    "generator_filters": "ngf",
    "discriminator_filters": "ndf",
    "hidden_filters": "nhidden",
    "latent_dim": "z_dim",
    "use_encoder": "use_vae",
    "size": "num_upsampling_layers",
}
_SPADE_OPTIONS = {
    "discriminator_scales": "num_D",
    "discriminator_layers": "n_layers_D",
    "resnet_downsamples": "resnet_n_downsample",
    "resnet_blocks": "resnet_n_blocks",
    "resnet_kernel_size": "resnet_kernel_size",
    "resnet_initial_kernel_size": "resnet_initial_kernel_size",
}


def config_fields(fixture, height, width):
    """The fields of our `Config` for a file's options.

    Every channel of `in/seg` counts as a class, instance borders too.
    """
    options = fixture.config
    names = dict(_OPTIONS)
    fields = {}
    if fixture.meta["system"] == "spade":
        names.update(_SPADE_OPTIONS)
        fields.update(_spade_norm_fields(options["norm_G"]))
    fields.update(
        (ours, options[official])
        for ours, official in names.items()
        if official in options
    )
    fields.update(
        num_classes=options["semantic_nc"],
        use_edges=False,
        image_height=height,
        image_width=width,
    )
    return fields


def build_for(fixture, height, width, **changes):
    """Returns our system for a file, its weights still random."""
    fields = config_fields(fixture, height, width)
    return ss.build_system(fixture.meta["system"], **{**fields, **changes})


def build_for_layout(fixture, **changes):
    """As `build_for`, for the size of the file's layout."""
    height, width = fixture.inputs["seg"].shape[2:]
    return build_for(fixture, height, width, **changes)


def layout_of(fixture):
    """The file's layout, in which every channel is a class."""
    return {"class_ids": to_class_ids(fixture.inputs["seg"])}


def labelled_layout(fixture):
    """The layout of a file with `in/label`, and our fields that fit it.

    Where the official network sees `in/instance`, the last of its channels
    is the instance borders, which are no class.
    """
    layout = {"class_ids": _without_channels(fixture.inputs["label"])}
    instance = fixture.inputs.get("instance")
    if instance is None or fixture.config["no_instance"]:
        return layout, {}
    layout["edges"] = np.asarray(make_edges(_without_channels(instance)))
    num_classes = fixture.config["semantic_nc"] - 1
    return layout, {"num_classes": num_classes, "use_edges": True}


def split_condition(fixture):
    """Class ids and features of a block's `in/seg`: classes come first."""
    num_classes = fixture.config["semantic_nc"]
    seg = fixture.inputs["seg"]
    return to_class_ids(seg, num_classes), to_nhwc(seg[:, num_classes:])


def resize_ids(class_ids, height, width):
    """Nearest resize as PyTorch's: source index floor(i * in / out)."""
    rows = np.arange(height) * class_ids.shape[1] // height
    columns = np.arange(width) * class_ids.shape[2] // width
    return class_ids[:, rows][:, :, columns]


def _without_channels(array):
    """`(B, 1, H, W)` or `(B, H, W)` to int32 `(B, H, W)`."""
    return array.reshape(len(array), *array.shape[-2:]).astype("int32")


def load(rules, fixture, variables, unused=()):
    """Loads a file's weights into a single layer or block."""
    apply_rules(rules, fixture.state(), unused, variables)


def _spade_norm_fields(text):
    match = re.search(r"spade(\D+)(\d+)x", text)
    fields = {"use_spectral_norm": text.startswith("spectral")}
    if match:
        norm = match[1].removeprefix("sync")
        fields["spade_normalization"] = norm
        fields["spade_kernel_size"] = int(match[2])
    return fields
