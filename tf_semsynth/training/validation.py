"""Scores a system now and then during its training, and keeps its best."""

import json
import math

import tensorflow as tf

from tf_semsynth.core import checkpoint, storage
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.systems.averages import averaged_weights
from tf_semsynth.training.actions import Action
from tf_semsynth.training.strategy import any_worker, is_chief

RECORD_FILE = "validation.json"
_ALL = 1_000_000  # The others are removed here: the best need not be newest.


class Validation(Action):
    """Scores a system every so many steps, and after the last one.

    Scores go to TensorBoard as `val_<name>`. Where the first one is the
    lowest so far, all that a checkpoint holds is saved in `<workdir>/best`,
    a work directory of its own: every command takes it. `validation.json` in
    it has the step and its scores, so a resumed training knows them.

    The generator's averaged weights are scored, where the system has them.
    Nothing of the training changes: the weights come back bit for bit.

    Args:
        system: A compiled `System`.
        score: Function of a system that returns dict, name -> float; called
            on the first machine alone.
        identity: dict of JSON values that changes with what scores hang on:
            scores of another one are not compared.
        workdir: `WorkDir` of the training.
        strategy: `tf.distribute.Strategy`; every machine must have this
            action.
        every: int, steps.
        report: Function of one str.
    """

    def __init__(
        self, system, score, identity, workdir, strategy, every, report=print
    ):
        super().__init__(every)
        self._system = system
        self._score = score
        self._identity = identity
        self._workdir = workdir
        self._strategy = strategy
        self._is_chief = is_chief(strategy)
        self._report = report
        self._best_path = storage.join(workdir.path, "best")
        self._lowest = math.inf
        self._writer = None

    def is_due(self, progress):
        done = progress.step >= progress.num_steps
        return done or super().is_due(progress)

    def begin(self, progress):
        if self._is_chief:
            self._writer = tf.summary.create_file_writer(self._workdir.logs)
            self._lowest = self._read_lowest(progress.step)

    def act(self, progress):
        scores, is_best = {}, False
        if self._is_chief:
            scores = self._score_average()
            value = next(iter(scores.values()))
            is_best = value < self._lowest
            self._tell(progress.step, scores, is_best)
        if any_worker(self._strategy, is_best):
            self._keep(progress.step, scores)

    def end(self, progress):
        if self._writer is not None:
            self._writer.close()

    def _score_average(self):
        with averaged_weights(self._system):
            return {k: float(v) for k, v in self._score(self._system).items()}

    def _tell(self, step, scores, is_best):
        with self._writer.as_default(step=step):
            for name, value in scores.items():
                tf.summary.scalar(f"val_{name}", value)
        self._writer.flush()
        words = [f"val_{name} {value:.4g}" for name, value in scores.items()]
        if is_best:
            words[0] += " (best so far)"
        elif math.isfinite(self._lowest):
            words[0] += f" (best so far {self._lowest:.4g})"
        self._report(f"step {step}: {', '.join(words)}")

    def _keep(self, step, scores):
        """Saves the state as the only one in `best`."""
        best = WorkDir(self._best_path)
        if self._is_chief:
            best.create(self._workdir.read_config())
        path = checkpoint.save(
            best.checkpoints,
            step,
            self._system.checkpoint_roots(),
            list(self._system.networks),
            keep=_ALL,
            is_chief=self._is_chief,
        )
        if not self._is_chief:
            return
        for name in storage.names_in(best.checkpoints):
            other = storage.join(best.checkpoints, name)
            if other != path:
                storage.remove(other)
        self._lowest = next(iter(scores.values()))
        record = {"step": step, "scores": scores, "identity": self._identity}
        text = json.dumps(record, indent=2) + "\n"
        storage.write_text(self._record_path(), text)

    def _read_lowest(self, step):
        """The best value of earlier runs with the same identity.

        What was scored after the checkpoint that this run starts from will
        be scored again.
        """
        if not storage.exists(self._record_path()):
            return math.inf
        try:
            record = json.loads(storage.read_text(self._record_path()))
            if record["step"] > step:
                return math.inf
            if record["identity"] == self._identity:
                return float(next(iter(record["scores"].values())))
            why = "other pictures or networks were scored"
        except (KeyError, StopIteration, TypeError, ValueError):
            why = "it is damaged"
        self._report(f"{self._record_path()} does not count: {why}.")
        return math.inf

    def _record_path(self):
        return storage.join(self._best_path, RECORD_FILE)
