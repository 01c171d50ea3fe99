"""Trains a judge on the real pictures of a data set.

For data sets without a published segmentation network. The judge sees no
synthesized picture, so it cannot learn what a generator does.
"""

import dataclasses
import json
import time

import keras
import numpy as np
import tensorflow as tf

from tf_semsynth.core.config import config_to_dict
from tf_semsynth.core.workdir import installed_versions
from tf_semsynth.data import catalog, pipeline
from tf_semsynth.data.checking import check_dataset
from tf_semsynth.data.options import make_plan
from tf_semsynth.evaluation.class_weights import class_weights, count_pixels
from tf_semsynth.evaluation.epoch_progress import EpochProgress
from tf_semsynth.evaluation.held_out import HeldOutScores
from tf_semsynth.evaluation.judge_classes import find_classes
from tf_semsynth.evaluation.judge_schedule import CosineSchedule
from tf_semsynth.evaluation.keras_judge import TrainedJudge, write_judge
from tf_semsynth.evaluation.seen_labels import describe_training
from tf_semsynth.networks.unet import UNet

_WEIGHT_DECAY = 1e-4
_CHECK_SECONDS = 2.0


def train_judge(options, data_options, output, report=print):
    """Trains a judge, scores it on held-out pictures, keeps the best epoch.

    Cross-entropy over the pixels whose class is known, rare classes counting
    more, AdamW, the learning rate along a cosine.

    Args:
        options: `JudgeOptions`.
        data_options: `DataOptions`; its `scale_jitter` and `colour_jitter`
            are not looked at.
        output: path of the folder for `judge.keras` and `judge.json`, which
            are written whenever an epoch was better than those before it.
        report: Function of a str, for progress.

    Returns:
        The content of `judge.json`, a dict.

    Raises:
        OSError, ValueError: The data set or an option is wrong, there is
            nothing to hold out, or training went astray.
    """
    return _JudgeTraining(options, data_options, output, report).run()


class _JudgeTraining:
    def __init__(self, options, data_options, output, report):
        self.options = options
        self.data_options = dataclasses.replace(
            data_options,
            scale_jitter=options.scale_jitter,
            colour_jitter=options.colour_jitter,
        )
        self.output = output
        self.report = report
        reader = self._open("train")
        self.size = options.find_size(reader.defaults)
        if reader.is_procedural:  # Painted at the size that is asked for.
            reader = self._open("train", *self.size)
        self.reader = reader
        self.held_out = self._open("validation", *self.size)
        check_held_out(reader, self.held_out)
        self._check_data()
        self.classes = find_classes(reader, data_options.label_map)
        self.steps = pipeline.steps_per_epoch(reader, options.batch_size)
        self.trained_on = describe_training(reader)
        self.about = None

    def run(self):
        options, classes = self.options, self.classes
        height, width = self.size
        weights = class_weights(count_pixels(self.reader, classes))
        keras.utils.set_random_seed(options.seed)
        network = UNet(
            classes.num_classes, options.filters, dtype=options.precision
        )
        network.build((None, height, width, 3))
        self.network = network
        self.report(
            f"A U-Net of {network.count_params() / 1e6:.2f} million weights "
            f"on {self.reader.name}: {len(self.reader)} pictures of {height} "
            f"x {width} (H x W), {classes.num_classes} classes, "
            f"{len(self.held_out)} pictures held out."
        )
        optimizer = keras.optimizers.AdamW(
            options.learning_rate, weight_decay=_WEIGHT_DECAY
        )
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        network.compile(
            optimizer,
            # Averages over the pixels that count, by their weights.
            keras.losses.SparseCategoricalCrossentropy(
                from_logits=True, reduction="mean_with_sample_weight"
            ),
            jit_compile=False,
        )
        scores = HeldOutScores(
            self._held_out_batches(), classes, self._keep, self.report
        )
        schedule = CosineSchedule(
            options.learning_rate,
            options.num_epochs * self.steps,
            options.max_minutes,
        )
        self.started = time.monotonic()
        try:
            network.fit(
                self._training_batches(weights),
                epochs=options.num_epochs,
                steps_per_epoch=self.steps,
                shuffle=False,
                callbacks=[
                    schedule,
                    EpochProgress(self.report),
                    keras.callbacks.TerminateOnNaN(),
                    scores,
                ],
                verbose=0,
            )
        except tf.errors.OpError as error:
            raise pipeline.as_data_error(error) from error
        self._check_finite()
        return self.about

    def _open(self, split, *size):
        return catalog.open_from_options(self.data_options, split, *size)

    def _check_data(self):
        """All headers, and as many pictures as a few seconds allow."""
        height, width = self.size
        for reader in (self.reader, self.held_out):
            plan = make_plan(
                self.data_options, reader.defaults, height, width, True
            )
            check_dataset(reader, plan, _CHECK_SECONDS).require_sound()
            for note in reader.notes:
                self.report(f"{reader.name}: {note}")

    def _training_batches(self, weights):
        """Endless `(image, class ids, weights of the pixels)`."""
        height, width = self.size
        dataset = pipeline.make_training_dataset(
            self.reader,
            self.data_options,
            self.options.batch_size,
            self.options.seed,
            image_height=height,
            image_width=width,
        )
        known = np.array(self.classes.class_table, "int32")
        # What does not count weighs nothing, whatever class it gets.
        weights = np.append(weights, 0).astype("float32")[known]
        known = np.where(weights > 0, known, 0)

        def to_fit(batch):
            ids = batch["class_ids"]
            return (
                batch["image"],
                tf.gather(known, ids),
                tf.gather(weights, ids),
            )

        return dataset.map(to_fit)

    def _held_out_batches(self):
        height, width = self.size
        return pipeline.make_evaluation_dataset(
            self.held_out,
            self.data_options,
            self.options.batch_size,
            image_height=height,
            image_width=width,
        )

    def _keep(self, scores, epoch):
        """Writes the judge as it is now."""
        about = self.about = self._describe(scores, epoch)
        judge = TrainedJudge(
            description=json.dumps(about),
            num_classes=self.classes.num_classes,
            filters=self.options.filters,
            dtype="float32",
        )
        judge.build((None, *self.size, 3))
        judge.set_weights(self.network.get_weights())
        write_judge(judge, self.output)

    def _describe(self, scores, epoch):
        """The content of `judge.json`."""
        classes, reader = self.classes, self.reader
        height, width = self.size
        return {
            "judge": f"unet_{reader.name.replace(':', '_')}_{width}x{height}",
            "class_names": list(classes.names),
            "ignored_class_id": classes.num_classes,
            "label_png_to_class_id": list(classes.label_table),
            "unknown_id": reader.classes.unknown_id,
            "working_width": width,
            "working_height": height,
            "trained_on": self.trained_on,
            "held_out": {
                "split": self.held_out.split,
                "num_pictures": len(self.held_out),
                **scores,
            },
            "epoch": epoch,
            "options": config_to_dict(self.options),
            "data": config_to_dict(self.data_options),
            "versions": installed_versions(),
            "seconds": round(time.monotonic() - self.started, 1),
        }

    def _check_finite(self):
        if all(np.isfinite(w).all() for w in self.network.get_weights()):
            return
        kept = ""
        if self.about is not None:
            kept = f" {self.output} holds the judge of an earlier epoch."
        raise ValueError(
            "The loss became infinite or not a number. Lower --learning_rate, "
            f"or take --precision=float32.{kept}"
        )


def check_held_out(reader, held_out):
    """Checks that nothing is held out that is trained on, too.

    Raises:
        ValueError: Some is.
    """
    paths = {e.label_path for e in reader.examples} - {None}
    both = [e for e in held_out.examples if e.label_path in paths]
    if both:
        raise ValueError(
            f"{len(both)} of the {len(held_out)} pictures of the split "
            f"{held_out.split!r} are in the split {reader.split!r}, too, such "
            f"as {both[0].name!r}; scores of a judge on what it was trained "
            "on say nothing. Give the data set folders or list files for its "
            "splits."
        )
