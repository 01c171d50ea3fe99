"""Trains the plain PyTorch reference as a config says; no times are taken.

python scripts/benchmarks/reference_quality.py \
    --flagfile=configs/camvid.cfg --data_dir=<camvid> --output=<dir>

It sees the batches that `python -m tf_semsynth.train` with the same flags sees,
and keeps averaged weights as that does. Every `--checkpoint_every` steps and at
the end they land in <dir>/generator-<step>.pth under the official keys, so
`python -m tf_semsynth.convert` makes a work directory of them, and pictures are
made and scored as those of any other system.
"""

import copy
import importlib
import os

import numpy as np
from absl import flags
from reference import import_torch

from tf_semsynth import train
from tf_semsynth.core import command, option_flags
from tf_semsynth.data.options import DataOptions
from tf_semsynth.training.options import TrainingOptions

FLAGS = flags.FLAGS


def define_flags():
    train.define_flags()
    flags.DEFINE_string("output", None, "folder for the averaged generator")
    flags.DEFINE_integer("threads", 2, "cores that PyTorch may use", 1)


def main():
    if FLAGS.system is None or FLAGS.output is None:
        raise command.UsageError(
            "--system and --output are needed: what to train, and a folder."
        )
    options = option_flags.options_from_flags(TrainingOptions)
    torch = import_torch(FLAGS.threads)
    torch.manual_seed(options.seed)
    from tf_semsynth.training.assembly import Training

    training = Training(
        FLAGS.system,
        train.make_config,
        options,
        option_flags.options_from_flags(DataOptions),
    )
    check_config(training.config, options)
    os.makedirs(FLAGS.output, exist_ok=True)
    path = train_reference(FLAGS.system, training, options, FLAGS.output)
    config = training.config
    print(
        "To make pictures of it: python -m tf_semsynth.convert "
        f"--system={FLAGS.system} --image_height={config.image_height} "
        f"--image_width={config.image_width} --generator={path} "
        "--workdir=<dir>"
    )


def check_config(config, options):
    """Checks that the reference can do what is asked for.

    Raises:
        ValueError: it cannot.
    """
    import torch_training

    cannot = {
        "generator_learning_rate": config.generator_learning_rate
        != torch_training.GENERATOR_RATE,
        "discriminator_learning_rate": config.discriminator_learning_rate
        != torch_training.DISCRIMINATOR_RATE,
        "decay_epochs": config.decay_epochs,
        "use_encoder": config.use_encoder,
        "use_edges": config.use_edges,
        "lambda_vgg": config.lambda_vgg,
        "size": config.size != "normal",
        "gan_mode": config.gan_mode != "hinge",
        "precision": options.precision != "float32",
        "ema_decay": not options.ema_decay,
    }
    wrong = [name for name, is_wrong in cannot.items() if is_wrong]
    if wrong:
        raise ValueError(
            "The reference knows no encoder, no edges, no perceptual loss and "
            "no other size than normal; it trains with the hinge loss, the "
            "published constant rates, float32 and averaged weights. Received "
            f"otherwise: {', '.join(wrong)}."
        )


def train_reference(system, training, options, folder):
    """Trains; returns the path of the last averaged weights."""
    import torch
    import torch_training

    config = training.config
    networks = importlib.import_module(f"torch_{system}")
    generator = networks.Generator(
        config.num_classes, config.generator_filters, config.hidden_filters
    )
    discriminator = networks.Discriminator(
        config.num_classes, config.discriminator_filters
    )
    for network in (generator, discriminator):
        torch_training.initialize(network)
    trainer = torch_training.Trainer(
        generator,
        discriminator,
        config.lambda_feature_matching,
        config.lambda_l1,
    )
    average = copy.deepcopy(generator)
    every = options.checkpoint_every or training.num_steps
    batches = training.make_dataset(0).take(training.num_steps)
    for step, batch in enumerate(batches.as_numpy_iterator()):
        class_ids = torch.from_numpy(batch["class_ids"].astype("int64"))
        image = np.ascontiguousarray(batch["image"].transpose(0, 3, 1, 2))
        losses = trainer.step(
            torch_training.one_hot(class_ids, config.num_classes),
            torch.from_numpy(image),
        )
        decay = min(options.ema_decay, (1 + step) / (10 + step))
        torch_training.update_average(average, generator, decay)
        done = step + 1
        if done % options.log_every == 0:
            words = (f"{name} {loss:.4g}" for name, loss in losses.items())
            print(f"step {done}/{training.num_steps}", *words, flush=True)
        if done % every == 0 or done == training.num_steps:
            path = os.path.join(folder, f"generator-{done}.pth")
            torch.save(average.state_dict(), path)
            print(f"Wrote {path}.", flush=True)
    return path


if __name__ == "__main__":
    command.run(main, define_flags)
