"""What `compile` takes: an optimizer for each phase, and Keras' options."""

import numbers
import operator

import keras

# What Keras' compile takes and a system does not: why, and what to do.
_REFUSED = {
    "optimizer": (
        "a system has an optimizer for each phase of its step, by default "
        "the paper's. Your own: compile(optimizers={optimizers})"
    ),
    "loss": (
        "a system brings its losses along; their weights are fields of its "
        "config, such as build_system(..., lambda_l1=10.0)"
    ),
    "metrics": (
        "a step reports its losses. Pictures are scored by `python -m "
        "tf_semsynth.evaluate`, by `train --eval_every`, or by "
        "tf_semsynth.metrics in a callback of yours"
    ),
    "auto_scale_loss": (
        "there is no float16 here whose losses would need a scale; "
        "mixed_bfloat16 needs none"
    ),
}
_REFUSED["loss_weights"] = _REFUSED["loss"]
_REFUSED["weighted_metrics"] = _REFUSED["metrics"]


class Compiling:
    """The part of a `System` that makes its optimizers; see `base.py`."""

    def compile(
        self,
        steps_per_epoch=None,
        optimizers=None,
        ema_decay=None,
        seed=0,
        run_eagerly=False,
        jit_compile=False,
        steps_per_execution=1,
        **refused,
    ):
        """Makes the optimizers, by default the paper's, and builds them.

        Call it under the strategy's scope that the system was made in.

        Args:
            steps_per_epoch: int or None, steps that the learning-rate
                schedule counts as an epoch; needed where the config decays
                it.
            optimizers: Dictionary from a phase's name to an optimizer of
                your own, or to what `keras.optimizers.get` takes; the other
                phases keep the paper's.
            ema_decay: float, at least 0 and less than 1: keeps an
                exponential moving average of the generator's weights beside
                the raw ones. None or 0: none.
            seed: int of 32 bits, of the noise where a batch brings no
                "noise_seed".
            run_eagerly: bool, whether Keras' loops run without graphs.
            jit_compile: bool or "auto", whether their steps are compiled by
                XLA.
            steps_per_execution: int, steps of Keras' loops from one call of
                the callbacks to the next.
            **refused: What else `keras.Model.compile` takes. An optimizer,
                losses or metrics are refused, with what to do instead.

        Raises:
            ValueError: A value is impossible, a phase names a network that
                the system lacks, or an argument is refused. The system stays
                as it was.
        """
        phases = self.phases()
        names = [phase.name for phase in phases]
        if _is_optimizer(steps_per_epoch):  # Keras' first positional one.
            refused = {"optimizer": steps_per_epoch, **refused}
        _refuse_arguments(refused, names)
        options = _checked_options(
            steps_per_epoch,
            ema_decay,
            seed,
            run_eagerly,
            jit_compile,
            steps_per_execution,
        )
        self._check_phases(names)
        own = self._own_optimizers(optimizers, names)
        schedule = self._schedule(options["steps_per_epoch"])
        made = {
            phase.name: own.get(phase.name) or phase.optimizer(schedule)
            for phase in phases
        }
        for phase in phases:
            made[phase.name].build(self.variables_of(phase))
        keras_options = ("run_eagerly", "jit_compile", "steps_per_execution")
        super().compile(
            optimizer=None, **{name: options[name] for name in keras_options}
        )
        self._compile_options = options
        self.noise_seed = options["seed"]
        self.optimizers_by_phase = made
        for name, optimizer in made.items():
            setattr(self, f"{name}_optimizer", optimizer)
        decay = options["ema_decay"]
        self.ema = self.make_average(decay) if decay else None

    @property
    def optimizer(self):
        """The first phase's optimizer, for what logs a model's one rate.

        All of them: `optimizers_by_phase`.
        """
        return next(iter(self.optimizers_by_phase.values()), None)

    @optimizer.setter
    def optimizer(self, value):
        # Keras sets None, as `compile` above tells it to.
        if value is not None:
            _refuse_arguments({"optimizer": value}, self.optimizers_by_phase)

    def __dir__(self):
        # Keras' files hold what dir lists: each optimizer, once, by its phase.
        return [name for name in super().__dir__() if name != "optimizer"]

    def _check_phases(self, names):
        """Whether this system can be trained, by its phases and its config."""
        if len(set(names)) < len(names):
            raise ValueError(
                "Each phase of a system needs a name of its own, since its "
                f"optimizer and its losses go by it. Received: {names}."
            )
        check_training(self.config)

    def _own_optimizers(self, given, names):
        """Checks the argument `optimizers`; returns it, with instances."""
        if given is not None and not isinstance(given, dict):
            raise ValueError(
                "`optimizers` must be a dictionary from a phase's name to an "
                f"optimizer, {_example(names)}. Received: "
                f"optimizers={given!r}."
            )
        unknown = [name for name in given or {} if name not in names]
        if unknown:
            raise ValueError(
                f"`optimizers` names no phase of this system: {unknown}. "
                f"Its phases are {names}."
            )
        own = {
            name: keras.optimizers.get(value)
            for name, value in (given or {}).items()
            if value is not None
        }
        for name, optimizer in own.items():
            current = self.optimizers_by_phase.get(name)
            others = [own[x] for x in own if x != name]
            if any(optimizer is x for x in others) or (
                optimizer.built and optimizer is not current
            ):
                raise ValueError(
                    f"The optimizer for {name!r} updates other variables "
                    "already, and one optimizer holds the state of one "
                    "phase: make a new one for each."
                )
            _check_optimizer(name, optimizer)
        return own

    def _schedule(self, steps_per_epoch):
        """Returns the function from a rate to its step-based schedule."""
        from tf_semsynth.optimizers.schedule import LinearDecay

        config = self.config

        def schedule(rate):
            # A system of the user's own may have no decay.
            if not getattr(config, "decay_epochs", 0):
                return rate
            if not steps_per_epoch:
                raise ValueError(
                    "`decay_epochs` is set, so the learning rate falls by "
                    "epochs: compile(steps_per_epoch=...) must say how many "
                    "steps an epoch has."
                )
            return LinearDecay(
                rate,
                config.constant_epochs,
                config.decay_epochs,
                steps_per_epoch,
            )

        return schedule


def check_training(config):
    """Checks what a system's config says binds its training alone.

    Args:
        config: The system's config; a user's own need not have a method
            `check_training`.

    Raises:
        ValueError: The system cannot be trained with these settings.
    """
    if hasattr(config, "check_training"):
        config.check_training()


def check_networks(phase, networks):
    """Checks that a phase updates networks that there are.

    Raises:
        ValueError: It names another one, or none.
    """
    names = phase.networks
    is_tuple = isinstance(names, (tuple, list)) and len(names) > 0
    unknown = [name for name in names if name not in networks]
    if is_tuple and not unknown:
        return
    wrong = f"has no {unknown}" if is_tuple else "needs a tuple of names"
    raise ValueError(
        f"The phase {phase.name!r} would update nothing: it names the networks "
        f"{names!r}, and this system {wrong}. It has {sorted(networks)}: "
        "attributes called generator, discriminator and encoder."
    )


def _is_optimizer(value):
    """Whether this is what Keras' users hand in first: an optimizer."""
    return isinstance(value, (str, dict, keras.optimizers.Optimizer))


def _refuse_arguments(given, phase_names):
    for name, value in given.items():
        if name not in _REFUSED:
            raise TypeError(
                f"compile() got an unexpected argument {name!r}. It takes "
                "steps_per_epoch, optimizers, ema_decay, seed, run_eagerly, "
                "jit_compile and steps_per_execution."
            )
        if value is None or value is False or value == []:
            continue
        words = _REFUSED[name].replace("{optimizers}", _example(phase_names))
        raise ValueError(
            f"compile takes no `{name}`: {words}. Received: {name}={value!r}."
        )


def _example(phase_names):
    """How a dictionary of optimizers looks: {"generator": ..., ...}."""
    return "{" + ", ".join(f'"{name}": ...' for name in phase_names) + "}"


def _check_optimizer(name, optimizer):
    """What an optimizer may ask of Keras' own step, which is not ours."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer) or (
        optimizer.loss_scale_factor is not None
    ):
        raise ValueError(
            f"The optimizer for {name!r} scales the loss, which is for "
            "float16, and there is none here: hand in the optimizer without "
            "it. mixed_bfloat16 needs no scale."
        )
    if optimizer.use_ema:
        raise ValueError(
            f"The optimizer for {name!r} has use_ema=True, which would "
            "overwrite the raw weights. Averaged weights are kept beside "
            "them by compile(ema_decay=0.999)."
        )


def _checked_options(
    steps_per_epoch,
    ema_decay,
    seed,
    run_eagerly,
    jit_compile,
    steps_per_execution,
):
    """The options of `compile` as plain values, for files as well."""
    if steps_per_epoch is not None:
        steps_per_epoch = _whole("steps_per_epoch", steps_per_epoch, 1)
    if ema_decay is not None:
        ema_decay = _fraction("ema_decay", ema_decay)
    _check_choice("run_eagerly", run_eagerly, (True, False))
    _check_choice("jit_compile", jit_compile, (True, False, "auto"))
    return {
        "steps_per_epoch": steps_per_epoch,
        "ema_decay": ema_decay,
        "seed": _whole("seed", seed, -(2**31)),
        "run_eagerly": run_eagerly,
        "jit_compile": jit_compile,
        "steps_per_execution": _whole(
            "steps_per_execution", steps_per_execution, 1
        ),
    }


def _whole(name, value, minimum):
    """The value as int, where it is a whole number of up to 32 bits."""
    try:
        whole = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        whole = None
    if whole is None or not minimum <= whole < 2**32:
        raise ValueError(
            f"`{name}` must be a whole number of at least {minimum} and less "
            f"than 2**32. Received: {name}={value!r}."
        )
    return whole


def _fraction(name, value):
    if (
        isinstance(value, bool)
        or not isinstance(value, numbers.Real)
        or not 0 <= value < 1
    ):
        raise ValueError(
            f"`{name}` must be a number of at least 0 and less than 1, such "
            f"as 0.999, or None. Received: {name}={value!r}."
        )
    return float(value)


def _check_choice(name, value, choices):
    if value not in choices:
        raise ValueError(
            f"`{name}` must be one of {choices}. Received: {name}={value!r}."
        )
