"""Trains a system, or goes on with a training that stopped.

python -m tf_semsynth.train --flagfile=configs/quickstart.cfg --workdir=<dir>

The same command goes on where it stopped, after SIGTERM or a crash, too. The
work directory is all that the other commands need. One training at a time owns
it.
"""

import sys

from absl import flags

from tf_semsynth.core import command, option_flags
from tf_semsynth.core.config import config_from_flags, define_config_flags
from tf_semsynth.data.options import DataOptions
from tf_semsynth.systems import registry
from tf_semsynth.training.options import TrainingOptions

FLAGS = flags.FLAGS


def define_flags():
    flags.DEFINE_string("system", None, "system to train, such as cc_fpse")
    flags.DEFINE_string("workdir", None, "folder for all that comes out")
    flags.DEFINE_string(
        "init_from",
        None,
        "work directory whose weights a new training starts from; its options "
        "of the system hold where no flag says otherwise",
    )
    flags.DEFINE_bool(
        "dry_run",
        False,
        "print parameters, multiply-adds, memory and one batch; write nothing",
    )
    option_flags.define_option_flags(TrainingOptions)
    option_flags.define_option_flags(DataOptions)
    define_config_flags(
        {
            name: registry.get_config_class(name)
            for name in registry.list_systems()
        }
    )


def main():
    options = option_flags.options_from_flags(TrainingOptions)
    data_options = option_flags.options_from_flags(DataOptions)
    if FLAGS.system is None:
        raise command.UsageError(
            "--system is missing. There are: "
            + ", ".join(registry.list_systems())
        )
    if FLAGS.workdir is None and not FLAGS.dry_run:
        raise command.UsageError("--workdir is missing: a folder to write to.")
    from tf_semsynth.training.assembly import Training

    training = Training(
        FLAGS.system,
        make_config,
        options,
        data_options,
        workdir=FLAGS.workdir,
        init_from=FLAGS.init_from,
        plugins=FLAGS.plugin,
        make_vgg=_make_vgg,
        only_look=FLAGS.dry_run,
    )
    if FLAGS.dry_run:
        print(training.describe_cost())
        return 0
    make_actions = _make_validation(training, options)
    result = training.train(make_actions)
    return 0 if result.signal is None else 128 + result.signal


def make_config(base):
    """The system's config: the base (or None) with what the flags ask for."""
    config_class = registry.get_config_class(FLAGS.system)
    return config_from_flags(FLAGS.system, config_class, FLAGS, base)


def _make_validation(training, options):
    """What `Training.train` takes as `make_actions`.

    The networks are loaded here: before the training sets its random seed,
    and before its first minutes if one is missing.
    """
    if not options.eval_every:
        return lambda system: ()
    from tf_semsynth.evaluation.quick_evaluation import load_quick_evaluation
    from tf_semsynth.training.validation import Validation

    score = load_quick_evaluation(
        training.open_split("validation"),
        options.eval_features,
        options.eval_judge,
        options.eval_pictures,
    )

    def make_actions(system):
        return [
            Validation(
                system,
                score,
                score.identity,
                training.workdir,
                training.strategy,
                options.eval_every,
                report=_report,
            )
        ]

    return make_actions


def _report(words):
    """On a terminal, the progress bar's line is not finished."""
    print(("\n" if sys.stdout.isatty() else "") + words, flush=True)


def _make_vgg():
    from tf_semsynth.backbones.vgg19_weights import imagenet_vgg19

    return imagenet_vgg19(FLAGS.vgg_weights)


if __name__ == "__main__":
    command.run(main, define_flags)
