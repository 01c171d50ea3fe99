"""Puts a training together from options: data, devices, system, work dir."""

import dataclasses
import os

import keras
import tensorflow as tf

from tf_semsynth.core import checkpoint, ownership
from tf_semsynth.core.config import config_from_dict, config_to_dict
from tf_semsynth.core.dtype_policy import default_policy
from tf_semsynth.core.workdir import WorkDir, installed_versions
from tf_semsynth.data import pipeline
from tf_semsynth.data.catalog import open_from_options
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import DataOptions, make_plan
from tf_semsynth.systems import registry
from tf_semsynth.systems.compiling import check_training
from tf_semsynth.training import resume
from tf_semsynth.training.advice import give_advice
from tf_semsynth.training.contents import describe_contents
from tf_semsynth.training.dry_run import describe_cost
from tf_semsynth.training.options import TrainingOptions
from tf_semsynth.training.strategy import (
    check_batch_size,
    describe,
    is_chief,
    make_strategy,
)
from tf_semsynth.training.trainer import train
from tf_semsynth.training.transfer import copy_weights

_CHECK_SECONDS = 10.0


class Training:
    """A training as the command `train` does it, for programs too.

    Everything that can be wrong with the options and the data is found here
    or in the first lines of `train`, before the first step.

    Args:
        system_name: str, one of `list_systems()`.
        make_config: Function of a base config (or None) that returns the
            system's config: the base with what is asked for on top.
        options: `TrainingOptions`.
        data_options: `DataOptions`.
        workdir: str, the work directory.
        init_from: str or None, a work directory to take the first weights
            from; its config is the base.
        plugins: list of str, recorded for the other commands.
        make_vgg: Function without arguments that returns the network of the
            perceptual loss; called if the config has `lambda_vgg`.
        only_look: bool, whether nothing will be trained: then the work
            directory may be in use.
        report: function of one str.

    Raises:
        ValueError, OSError: an option, the data or the work directory is
            wrong.
    """

    def __init__(
        self,
        system_name,
        make_config,
        options,
        data_options,
        workdir=None,
        init_from=None,
        plugins=(),
        make_vgg=None,
        only_look=False,
        report=print,
    ):
        # Several machines can only be joined before anything else is done.
        self.strategy = make_strategy(options.strategy)
        check_batch_size(options.batch_size, self.strategy)
        self.report = report
        self.options = options
        self.data_options = _with_absolute_paths(data_options)
        self._option_classes = {
            "config": registry.get_config_class(system_name),
            "data": DataOptions,
            "training": TrainingOptions,
        }
        self.workdir = WorkDir(workdir) if workdir else None
        self._make_vgg = make_vgg
        self._init_from = init_from
        if self.workdir and is_chief(self.strategy) and not only_look:
            ownership.check_free(self.workdir.path)
        self._is_resumed = self._has_checkpoint()
        config = make_config(self._find_base(system_name))
        self.reader = self._open("train", config)
        self.classes = self.reader.classes
        self.config = make_config(
            dataclasses.replace(config, num_classes=self.classes.num_classes)
        )
        check_training(self.config)
        self._check_classes()
        self.steps_per_epoch = pipeline.steps_per_epoch(
            self.reader, options.batch_size
        )
        self.num_steps = options.count_steps(
            self.steps_per_epoch,
            getattr(self.config, "constant_epochs", 0)
            + getattr(self.config, "decay_epochs", 0),
        )
        self.record = self._make_record(system_name, plugins)
        self._check_workdir()
        for words in give_advice(
            self.config,
            self.options.precision,
            on_cpu=not tf.config.list_logical_devices("GPU"),
        ):
            report(words)

    def describe_cost(self):
        """Parameters, multiply-adds, memory, one batch; see `dry_run.py`."""
        self._check_data()
        system = self._build()
        batch = next(iter(self.make_dataset(0)))
        batch = {key: value.numpy() for key, value in batch.items()}
        return "\n".join(
            [
                self._describe(),
                describe_cost(
                    system, batch, self.strategy.num_replicas_in_sync
                ),
            ]
        )

    def train(self, make_actions=lambda system: ()):
        """Trains to the end, or until told to stop; see `trainer.train`.

        Args:
            make_actions: Function of the compiled system, before its first
                step, that returns further `Action`s.

        Returns:
            `TrainingResult`.
        """
        options = self.options
        self._check_data()
        samples = self._make_samples()
        with self.strategy.scope():
            system = self._build()
        self.report(self._describe())
        return train(
            system,
            self.make_dataset,
            self.workdir,
            self.num_steps,
            options.batch_size,
            strategy=self.strategy,
            samples=samples,
            checkpoint_every=options.checkpoint_every,
            sample_every=options.sample_every,
            log_every=options.log_every,
            keep_checkpoints=options.keep_checkpoints,
            max_minutes=options.max_minutes,
            actions=make_actions(system),
            prepare=self._prepare_workdir,
            report=self.report,
        )

    def make_dataset(self, start_step):
        """Endless batches from a step on."""
        return pipeline.make_training_dataset(
            self.reader,
            self.data_options,
            self.options.batch_size,
            self.options.seed,
            start_step=start_step,
            **self._geometry(self.config),
        )

    def open_split(self, split):
        """The `DatasetReader` of a split of the training's data set.

        Raises:
            ValueError, OSError: There is none.
        """
        return self._open(split, self.config)

    def _build(self):
        """The compiled system, within the current strategy's scope."""
        options, config = self.options, self.config
        keras.utils.set_random_seed(options.seed)
        if options.deterministic:
            tf.config.experimental.enable_op_determinism()
        system_class = registry.get_system_class(self.record["system"])
        with default_policy(options.precision):
            vgg = None
            if getattr(config, "lambda_vgg", 0) and self._make_vgg:
                vgg = self._make_vgg()
            system = system_class(config, self.classes)
        if vgg is not None:
            system.vgg = vgg
        if self._init_from and not self._is_resumed:
            self.report(f"Starting from the weights of {self._init_from}.")
            source = registry.load_system(self._init_from)
            copy_weights(source, system, self.report)
        system.compile(
            steps_per_epoch=self.steps_per_epoch,
            ema_decay=options.ema_decay,
            seed=options.seed,
        )
        return system

    def _check_data(self):
        """All headers, and as many pictures as a few seconds allow."""
        plan = make_plan(
            self.data_options,
            self.reader.defaults,
            self.config.image_height,
            self.config.image_width,
            training=True,
        )
        found = check_dataset(self.reader, plan, _CHECK_SECONDS)
        found.require_sound()
        for note in found.notes:
            self.report(f"{self.reader.name}: {note}")

    def _make_samples(self):
        """A batch of validation layouts from all over the split.

        Neighbours in a data set made of videos are nearly the same picture.
        """
        try:
            reader = self.open_split("validation")
        except (ValueError, OSError) as error:
            self.report(
                "There is no validation split to draw samples of, the first "
                f"training layouts are drawn instead: {error}"
            )
            reader = self.reader
        num_samples = min(self.options.num_samples, len(reader))
        rows = [i * len(reader) // num_samples for i in range(num_samples)]
        dataset = pipeline.make_evaluation_dataset(
            reader,
            self.data_options,
            num_samples,
            **self._geometry(self.config),
            rows=rows,
        )
        batch = next(iter(dataset))
        return {key: value.numpy() for key, value in batch.items()}

    def _open(self, split, config):
        return open_from_options(
            self.data_options, split, config.image_height, config.image_width
        )

    def _geometry(self, config):
        return {
            "image_height": config.image_height,
            "image_width": config.image_width,
            "use_edges": config.use_edges,
        }

    def _prepare_workdir(self):
        """Writes `config.json`, over that of the same training only."""
        self._is_resumed = self._has_checkpoint()
        self._check_workdir(lambda words: None)
        if is_chief(self.strategy):
            self.workdir.create(self.record)

    def _check_workdir(self, report=None):
        """Compares with an earlier run, which may have died early."""
        if self.workdir is None:
            return
        if not (self._is_resumed or self.workdir.has_config()):
            return
        before = self.workdir.read_config()
        resume.check_same_training(
            before,
            self.record,
            self.workdir.path,
            self._option_classes,
            is_begun=self._is_resumed,
            report=report or self.report,
        )
        if self._is_resumed:
            begin = before["training"].get("init_from")
            self.record["training"]["init_from"] = begin

    def _has_checkpoint(self):
        """Whether the work directory holds a training to go on with."""
        if self.workdir is None:
            return False
        info = checkpoint.newest_valid(
            self.workdir.checkpoints, lambda words: None
        )
        if info is not None and "step" not in info.roots:
            raise ValueError(
                f"{self.workdir.path} holds converted weights and no training "
                "to go on with. To train from them, take a new --workdir and "
                f"--init_from={self.workdir.path}."
            )
        return info is not None

    def _find_base(self, system_name):
        """The config of the training that this one starts from, or None."""
        if not self._init_from:
            return None
        workdir = WorkDir(self._init_from)
        if self._is_resumed:  # The other one may be gone by now.
            workdir = self.workdir
        saved = workdir.read_config()
        if saved["system"] != system_name:
            raise ValueError(
                f"{workdir.path} holds a {saved['system']!r}, which cannot "
                f"start a {system_name!r}. Expected a work directory of the "
                "same system."
            )
        config_class = registry.get_config_class(system_name)
        return config_from_dict(config_class, saved["config"])

    def _check_classes(self):
        if self.config.num_classes != self.classes.num_classes:
            raise ValueError(
                f"`num_classes` is {self.config.num_classes}, but the data "
                f"set {self.reader.name!r} has {self.classes.num_classes} "
                "classes (the unknown one counted). Leave --num_classes out."
            )

    def _make_record(self, system_name, plugins):
        """What `config.json` says."""
        return {
            "system": system_name,
            "config": config_to_dict(self.config),
            "classes": self.classes.to_dict(),
            "data": config_to_dict(self.data_options),
            "training": {
                **config_to_dict(self.options),
                "num_examples": len(self.reader),
                "init_from": _absolute(self._init_from),
                "contents": describe_contents(
                    (self.data_options, self.options), self.reader
                ),
            },
            "plugins": list(plugins),
            "versions": installed_versions(),
        }

    def _describe(self):
        config, options = self.config, self.options
        return (
            f"{self.record['system']} on {self.reader.name}: "
            f"{len(self.reader)} pictures of {config.image_height} x "
            f"{config.image_width} (H x W), {config.num_classes} classes; "
            f"{self.num_steps} steps of {options.batch_size} pictures, "
            f"{self.steps_per_epoch} steps an epoch; "
            f"{describe(self.strategy)}, {options.precision}."
        )


def _with_absolute_paths(options):
    """Later commands may run in another folder."""
    names = [f.name for f in dataclasses.fields(options) if f.metadata["path"]]
    return dataclasses.replace(
        options, **{name: _absolute(getattr(options, name)) for name in names}
    )


def _absolute(path):
    if path is None or "://" in path:
        return path
    return os.path.abspath(os.path.expanduser(path))
