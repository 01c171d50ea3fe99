"""Adam with PyTorch's formula, as the publications used it."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_semsynth")
class Adam(keras.optimizers.Optimizer):
    """Adam (https://arxiv.org/abs/1412.6980) where epsilon comes last.

    With m and v the moving averages of gradient and squared gradient, and
    m', v' the same corrected for their start at zero:
    `variable -= learning_rate * m' / (sqrt(v') + epsilon)`. Keras' own Adam
    adds epsilon before the correction, which makes its first steps smaller.
    With beta_1 = 0, the papers' value for GANs, m is the gradient and no
    momentum is stored.

    Args:
        learning_rate: float or `keras.optimizers.schedules` schedule.
        beta_1: float, 0 <= beta_1 < 1, what a step keeps of m.
        beta_2: float, 0 < beta_2 < 1, what a step keeps of v.
        epsilon: float > 0, added to the root of v'.
        **kwargs: Base optimizer arguments, such as `name`.
    """

    def __init__(
        self,
        learning_rate=1e-3,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        **kwargs,
    ):
        kwargs.setdefault("name", "adam")
        super().__init__(learning_rate=learning_rate, **kwargs)
        if not (0 <= beta_1 < 1 and 0 < beta_2 < 1):
            raise ValueError(
                "Adam needs 0 <= beta_1 < 1 and 0 < beta_2 < 1. Received: "
                f"beta_1={beta_1}, beta_2={beta_2}"
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        self._momentums = None
        if self.beta_1:
            self._momentums = self.add_optimizer_variables(
                variables, "momentum"
            )

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        gradient = _dense(gradient, variable)
        velocity = self.beta_2 * self._velocities[index] + (
            1 - self.beta_2
        ) * ops.square(gradient)
        self.assign(self._velocities[index], velocity)
        momentum = gradient
        if self.beta_1:
            momentum = (
                self.beta_1 * self._momentums[index]
                + (1 - self.beta_1) * gradient
            )
            self.assign(self._momentums[index], momentum)
        first, second = self._corrections
        root = ops.sqrt(velocity / ops.cast(second, velocity.dtype))
        step = momentum / ops.cast(first, momentum.dtype)
        self.assign_sub(
            variable,
            ops.cast(learning_rate, variable.dtype)
            * step
            / (root + self.epsilon),
        )

    def apply(self, grads, trainable_variables=None):
        # Once a step, not once a variable: a step has hundreds of them.
        self._corrections = (
            self._correction(self.beta_1),
            self._correction(self.beta_2),
        )
        return super().apply(grads, trainable_variables)

    def get_config(self):
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }

    def _correction(self, beta):
        """1 - beta^t, t = 1 in the first step, without losing digits."""
        if not beta:
            return 1.0
        step = ops.cast(self.iterations + 1, "float32")
        return -ops.expm1(step * math.log(beta))


def _dense(gradient, variable):
    """A gather's gradient lists rows, some twice: add them before squaring."""
    gradient = ops.cast(gradient, variable.dtype)
    if hasattr(gradient, "indices"):  # TensorFlow's IndexedSlices.
        gradient = ops.zeros(variable.shape, gradient.dtype) + gradient
    return gradient
