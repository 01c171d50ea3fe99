"""Weights for `Vgg19Features`: torchvision's, Keras', or from a file.

Two trainings of VGG-19 are around, and they are different networks:

- **torchvision's** (`vgg19-*.pth`) are those of the publications, which feed
  them pictures in [-1, 1]. With them the perceptual loss is the official one.
- **Keras'** are the original Caffe weights. They expect blue, green, red in
  0..255 minus a mean. They get that: the first kernel is turned to RGB, and
  the mean becomes `input_shift`. All biases are divided by 127.5 in exchange
  for leaving the picture in [-1, 1]; since ReLU, pooling and convolution are
  homogeneous, every feature is then exactly Keras' own divided by 127.5. So
  the loss has the size of a network that reads numbers near 1, as
  torchvision's does. It is as good a loss, but not the published one: expect
  other values, and another best `--lambda_vgg`.
"""

import os

import keras
import numpy as np

from tf_semsynth.backbones.vgg19 import Vgg19Features
from tf_semsynth.backbones.weight_files import read_npz
from tf_semsynth.porting.rules import Rule, apply_rules
from tf_semsynth.porting.torch_files import read_state
from tf_semsynth.porting.transforms import conv_kernel

# torchvision's index of each convolution, in order, as far as we build it.
_TORCHVISION_INDICES = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)
_TORCHVISION_UNUSED = (
    "features.30.*",
    "features.32.*",
    "features.34.*",
    "classifier.*",
)
_KERAS_UNUSED = ("block5_conv[234]/*", "fc[12]/*", "predictions/*")

_CAFFE_MEAN_RGB = np.array([123.68, 116.779, 103.939], "float32")
_CAFFE_SCALE = 127.5  # Half of the range that the Caffe weights expect.

_HOW_TO_GO_ON = (
    "Give a file with --vgg_weights=<file> (torchvision's vgg19 .pth, as in "
    "the publications; Keras' vgg19 .h5; or .npz), or train without the "
    "perceptual loss: --lambda_vgg=0 (then use --lambda_l1=10, or contrast "
    "and colour stay undetermined)."
)


def imagenet_vgg19(weights=None):
    """Returns VGG-19 trained on ImageNet; never a random network.

    Args:
        weights: path of a weight file (see `load_vgg_weights`), or None to
            use Keras' own, which Keras downloads once (80 MB).

    Returns:
        A built, frozen `Vgg19Features`.

    Raises:
        OSError: the file is missing, or the download failed.
        ValueError: the file holds something else.
        ImportError: a `.pth` file without PyTorch.
    """
    network = Vgg19Features(name="vgg19")
    network.build((None, None, None, 3))
    if weights is None:
        _load_keras_state(network, _downloaded_state())
    else:
        load_vgg_weights(network, weights)
    return network


def load_vgg_weights(network, path):
    """Loads a weight file into a built `Vgg19Features`.

    Args:
        network: built `Vgg19Features` of the file's widths.
        path: str or path. `.pth`: torchvision's VGG-19 (needs PyTorch, extra
            `[convert]`); `.h5`: Keras' VGG-19, with or without its top;
            `.npz`: arrays under torchvision's keys (`features.0.weight`,
            PyTorch's layout) or Keras' (`block1_conv1/kernel`).

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: another kind of file, or keys or shapes do not fit.
        ImportError: a `.pth` file without PyTorch.
    """
    path = os.fspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"There is no file of VGG-19 weights {path!r}. {_HOW_TO_GO_ON}"
        )
    readers = {
        ".pth": read_state,
        ".pt": read_state,
        ".h5": _read_h5,
        ".npz": read_npz,
    }
    suffix = os.path.splitext(path)[1]
    if suffix not in readers:
        raise ValueError(
            "VGG-19 weights must be a file that ends in "
            f"{', '.join(readers)}. Received: {path!r}"
        )
    state = readers[suffix](path)
    if any("features." in key for key in state):
        load_torchvision_state(network, state)
    else:
        _load_keras_state(network, state)


def load_torchvision_state(network, state):
    """Loads arrays under torchvision's keys, with their exact meaning.

    Args:
        network: built `Vgg19Features`.
        state: dict, `features.<N>.weight` and `.bias` -> array in PyTorch's
            layout; the layers after conv5_1 may be there or not.

    Raises:
        ValueError: keys or shapes do not fit.
    """
    rules = []
    for index, conv in zip(_TORCHVISION_INDICES, network.convs, strict=True):
        prefix = f"features.{index}"
        rules.append(Rule(f"{prefix}.weight", conv.kernel, conv_kernel))
        rules.append(Rule(f"{prefix}.bias", conv.bias))
    apply_rules(rules, state, _TORCHVISION_UNUSED, name="VGG-19")
    network.input_shift.assign(np.zeros(3, "float32"))


def _load_keras_state(network, state):
    """Loads `<layer>/kernel` and `<layer>/bias`, which are Caffe's."""
    rules = []
    for conv in network.convs:
        is_first = conv is network.convs[0]
        transform = _to_rgb if is_first else np.asarray
        rules.append(Rule(f"{conv.name}/kernel", conv.kernel, transform))
        rules.append(Rule(f"{conv.name}/bias", conv.bias, _shrunk))
    apply_rules(rules, state, _KERAS_UNUSED, name="VGG-19")
    # x in [-1, 1] is (127.5 x + 127.5 - mean) / 127.5 to the first kernel.
    network.input_shift.assign(1 - _CAFFE_MEAN_RGB / _CAFFE_SCALE)


def _to_rgb(kernel):
    return np.asarray(kernel)[:, :, ::-1]


def _shrunk(bias):
    return np.asarray(bias) / _CAFFE_SCALE


def _downloaded_state():
    try:
        model = keras.applications.VGG19(include_top=False)
    except Exception as error:  # Keras raises a bare Exception.
        raise OSError(
            "Keras' VGG-19 weights could not be downloaded: "
            f"{str(error).splitlines()[0]}. {_HOW_TO_GO_ON}"
        ) from error
    return {
        f"{layer.name}/{kind}": value
        for layer in model.layers
        if layer.weights
        for kind, value in zip(
            ("kernel", "bias"), layer.get_weights(), strict=True
        )
    }


def _read_h5(path):
    """Reads Keras' classic .h5 layout: a group per layer, two arrays each."""
    import h5py

    state = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            kind = "kernel" if item.ndim > 1 else "bias"
            state[f"{name.split('/')[0]}/{kind}"] = item[()]

    try:
        with h5py.File(path) as file:
            file.get("model_weights", file).visititems(visit)
    except OSError as error:
        raise OSError(
            f"{path!r} cannot be read as an .h5 file: {error}"
        ) from error
    return state
