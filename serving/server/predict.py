"""A request's way to the model, whatever protocol it came by."""

import dataclasses
import time
from concurrent.futures import Future

from tf_semsynth_serving.server import request_checks
from tf_semsynth_serving.server.limits import Limits
from tf_semsynth_serving.server.status import RequestError, invalid
from tf_semsynth_serving.server.warm_up import DEFAULT_SIGNATURE


@dataclasses.dataclass(frozen=True)
class ModelChoice:
    """Which model, version and signature a request names.

    Attributes:
        name: str.
        version: int or None.
        label: str or None.
        signature: str, empty for the default one.
    """

    name: str
    version: int | None = None
    label: str | None = None
    signature: str = ""


@dataclasses.dataclass(frozen=True)
class Pending:
    """A request that was accepted.

    Attributes:
        future: `concurrent.futures.Future` of a dict of arrays.
        version: int, the version that answers.
        signature: `Signature`.
        outputs: list of str, the outputs that the client wants.
    """

    future: Future
    version: int
    signature: object
    outputs: list

    def result(self, timeout=None):
        """The outputs that the client wants, name -> array."""
        outputs = self.future.result(timeout)
        return {name: outputs[name] for name in self.outputs}


class Predictor:
    """Takes requests for one model.

    Args:
        versions: `Versions`.
        options: `Options`.
    """

    def __init__(self, versions, options):
        self.versions = versions
        self.limits = Limits.from_options(options)

    def acquire(self, choice):
        """The servable for a request; give it back with `release`.

        Raises:
            RequestError: There is no such model or version.
        """
        if not choice.name:
            raise invalid("ModelSpec has no name specified.")
        if choice.name != self.versions.name:
            version = "" if choice.version is None else f", {choice.version}"
            asked = "Specific" if version else "Latest"
            raise RequestError(
                "NOT_FOUND",
                f"Servable not found for request: {asked}({choice.name}"
                f"{version}). This server has the model {self.versions.name}.",
            )
        return self.versions.acquire(choice.version, choice.label)

    def start(self, choice, decode, output_filter=(), timeout=None):
        """Checks a request and queues it.

        Args:
            choice: `ModelChoice`.
            decode: Function (signature, limits) -> inputs as arrays; raises
                `RequestError`.
            output_filter: names of the outputs that are wanted; all by
                default.
            timeout: float, seconds after which nobody will wait, or None.

        Returns:
            `Pending`.

        Raises:
            RequestError: The request is refused.
        """
        deadline = float("inf")
        if timeout is not None:
            deadline = time.monotonic() + timeout
        servable = self.acquire(choice)
        try:
            signature = request_checks.find_signature(
                servable.model.signatures, choice.signature or DEFAULT_SIGNATURE
            )
            request_checks.check_outputs(signature, output_filter)
            inputs = decode(signature, self.limits)
            future = servable.submit(signature.name, inputs, deadline)
        except BaseException:
            servable.release()
            raise
        future.add_done_callback(lambda _: servable.release())
        outputs = list(output_filter or signature.outputs)
        return Pending(future, servable.version, signature, outputs)
