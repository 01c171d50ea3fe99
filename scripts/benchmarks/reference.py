"""The contestant in PyTorch: `torch_cc_fpse.py` and `torch_spade.py`."""

import importlib

import numpy as np


def import_torch(threads):
    """PyTorch, set up as a contestant.

    Raises:
        ImportError: it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise ImportError(
            "The reference of the benchmarks is PyTorch, which is not "
            'installed. Install it with: pip install "tf_semsynth[convert]"'
        ) from error
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # As TensorFlow does.
    torch.manual_seed(0)
    return torch


class Reference:
    """The networks of a system, freshly drawn, and a batch.

    Args:
        settings: `Settings`, complete.
        state_path: path of a file to write the networks' states to, as
            arrays `<network>/<official key>`.
    """

    def __init__(self, settings, state_path):
        self.torch = import_torch(settings.threads)
        self.settings = settings
        networks = importlib.import_module(f"torch_{settings.system}")
        self.generator = networks.Generator(
            settings.num_classes,
            settings.generator_filters,
            settings.hidden_filters,
        )
        self.discriminator = networks.Discriminator(
            settings.num_classes, settings.discriminator_filters
        )
        class_ids, image = settings.make_batch()
        self.class_ids = self.torch.from_numpy(class_ids).long()
        image = image.transpose(0, 3, 1, 2)
        self.image = self.torch.from_numpy(np.ascontiguousarray(image))
        self.prepare()
        self._save_state(state_path)

    def prepare(self):
        """What is to be done before others take over the weights."""

    def versions(self):
        return {"torch": self.torch.__version__}

    def _save_state(self, path):
        networks = {
            "generator": self.generator,
            "discriminator": self.discriminator,
        }
        arrays = {
            f"{name}/{key}": value.numpy()
            for name, network in networks.items()
            for key, value in network.state_dict().items()
        }
        np.savez(path, **arrays)
