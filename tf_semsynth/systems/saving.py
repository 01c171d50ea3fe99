"""Configs, weights and files: how every system is saved and loaded."""

import keras

from tf_semsynth.core.classes import ClassTable
from tf_semsynth.core.config import config_from_dict, config_to_dict
from tf_semsynth.porting.network_state import flatten
from tf_semsynth.porting.rules import assign_values, match_rules
from tf_semsynth.porting.spectral import normalise_spectral_format


class Saving:
    """The part of a `System` that goes to files and back; see `base.py`."""

    def checkpoint_roots(self):
        """What a checkpoint holds, by name; see `core/checkpoint.py`.

        The optimizers, the average and the step are there once the system
        is compiled.
        """
        roots = {"system": dict(self.networks)}
        if self._compile_options is None:
            return roots
        roots["step"] = self.train_steps
        for name, optimizer in self.optimizers_by_phase.items():
            roots[f"{name}_optimizer"] = optimizer
        if self.ema is not None:
            roots["ema"] = self.ema
        return roots

    def save(self, filepath, *args, **kwargs):
        """Writes a `.keras` file; see `keras.Model.save`.

        Raises:
            ValueError: It would be an `.h5` file.
        """
        refuse_legacy_file(filepath)
        return super().save(filepath, *args, **kwargs)

    def load_official_weights(self, **states):
        """Loads the weights of the authors' PyTorch files.

        Args:
            **states: For a network's name (`generator`, `discriminator`,
                `encoder`), its official keys and arrays as PyTorch lays them
                out; prefixes and dictionaries around them are taken off, and
                other types rounded to float32. Networks that were handed in
                neither now nor before are recorded in `absent_networks`.

        Raises:
            ValueError: A key is left over or missing, a shape differs, or a
                variable would stay unset. Nothing has changed then.
        """
        unknown = set(states) - set(self.networks)
        if unknown:
            raise ValueError(
                f"This system has no {sorted(unknown)}. It has "
                f"{sorted(self.networks)}; an encoder needs use_encoder=True."
            )
        matched = [
            match_rules(
                self.official_rules(name),
                normalise_spectral_format(flatten(state)),
                unused=self.UNUSED_OFFICIAL_KEYS,
                variables=self.networks[name].variables,
                name=name,
            )
            for name, state in states.items()
        ]
        for values, _ in matched:  # All of them fit.
            assign_values(values)
        self._official_networks |= set(states)
        self.absent_networks = set(self.networks) - self._official_networks

    def save_to_preset(self, directory):
        """Writes a folder in KerasHub's layout, for reuse and for hubs.

        It holds the configuration, the classes, the weights (the averaged
        ones where they are kept) and a model card; no optimizers.

        Args:
            directory: str or path of a local folder.
        """
        from tf_semsynth.systems.presets import save_preset

        save_preset(self, directory)

    @classmethod
    def from_preset(cls, directory, dtype=None, load_weights=True):
        """Builds the system that `save_to_preset` wrote.

        The class comes from the registry, by the system's name, whatever
        the file says; called on a subclass it must be that one.

        Args:
            directory: str or path of a local folder.
            dtype: str, `keras.DTypePolicy` or None: "float32" or
                "mixed_bfloat16" in place of the saved policy.
            load_weights: bool; False leaves the weights of the random start.

        Raises:
            OSError: A file is missing or cannot be read.
            ValueError: The preset is of an unknown system or of another one.
        """
        from tf_semsynth.systems.presets import load_preset

        system = load_preset(directory, dtype, load_weights)
        if not isinstance(system, cls):
            raise ValueError(
                f"{directory} holds a {type(system).__name__}, not a "
                f"{cls.__name__}. System.from_preset loads any system."
            )
        return system

    def export(self, *args, **kwargs):
        """Not Keras' export: a layout needs our signatures."""
        raise NotImplementedError(
            "Use tf_semsynth.export_system(system, '<dir>/<name>/1'), which "
            "writes the serving signatures, or `python -m "
            "tf_semsynth.export`."
        )

    def get_config(self):
        return {
            **super().get_config(),
            "config": config_to_dict(self.config),
            "classes": self.classes.to_dict(),
            "absent_networks": sorted(self.absent_networks),
        }

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        settings = config_from_dict(cls.config_class, config.pop("config"))
        classes = ClassTable.from_dict(config.pop("classes"))
        absent_networks = config.pop("absent_networks", ())
        system = cls(settings, classes, **config)
        system.absent_networks = set(absent_networks)
        return system

    def get_compile_config(self):
        if self._compile_options is None:
            return None
        optimizers = {
            name: keras.saving.serialize_keras_object(optimizer)
            for name, optimizer in self.optimizers_by_phase.items()
        }
        return {**self._compile_options, "optimizers": optimizers}

    def compile_from_config(self, config):
        optimizers = {
            name: keras.saving.deserialize_keras_object(optimizer)
            for name, optimizer in config["optimizers"].items()
        }
        self.compile(**{**config, "optimizers": optimizers})


def refuse_legacy_file(filepath):
    """Refuses Keras' old format of whole models.

    Raises:
        ValueError: The path ends like such a file's.
    """
    if str(filepath).lower().endswith((".h5", ".hdf5")):
        raise ValueError(
            "A system in Keras' old .h5 format could not be read again. Give "
            f"the file the ending .keras; for the weights alone, take "
            f"save_weights and the ending .weights.h5. Received: {filepath}."
        )
