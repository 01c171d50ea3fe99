"""What a server tells about its model: metadata, and states of versions."""

from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
)

from tf_semsynth_serving.server.status import NUMBERS, RequestError, invalid
from tf_semsynth_serving.server.warm_up import DEFAULT_SIGNATURE

_METHODS = {
    "classify": ("classification", "tensorflow/serving/classify"),
    "regress": ("regression", "tensorflow/serving/regress"),
}


def get_metadata(predictor, choice):
    """The signatures of a version.

    Args:
        predictor: `Predictor`.
        choice: `ModelChoice`.

    Returns:
        `GetModelMetadataResponse`.

    Raises:
        RequestError: There is no such model or version.
    """
    signatures = get_model_metadata_pb2.SignatureDefMap()
    with predictor.acquire(choice).in_use() as servable:
        for name, definition in servable.model.signature_defs.items():
            signatures.signature_def[name].CopyFrom(definition)
        version = servable.version
    response = get_model_metadata_pb2.GetModelMetadataResponse()
    response.model_spec.name = choice.name
    response.model_spec.version.value = version
    response.metadata["signature_def"].Pack(signatures)
    return response


def get_status(predictor, choice):
    """The states of one version, or of all that the server has seen.

    Returns:
        `GetModelStatusResponse`, the highest version first.

    Raises:
        RequestError: There is no such model or version.
    """
    versions = predictor.versions
    statuses = versions.statuses() if choice.name == versions.name else {}
    version = choice.version
    if choice.label is not None and statuses:
        version = versions.version_of(choice.label)
    if version is not None:
        if version not in statuses:
            raise RequestError(
                "NOT_FOUND",
                f"Could not find version {version} of model {choice.name}",
            )
        statuses = {version: statuses[version]}
    if not statuses:
        raise RequestError(
            "NOT_FOUND",
            f"Could not find any versions of model {choice.name}",
        )
    response = get_model_status_pb2.GetModelStatusResponse()
    states = get_model_status_pb2.ModelVersionStatus.State
    for number, status in statuses.items():
        part = response.model_version_status.add()
        part.version = number
        part.state = states.Value(status.state)
        part.status.error_code = NUMBERS[status.code]
        part.status.error_message = status.message
    return response


def refuse_method(predictor, choice, method):
    """Refuses Classify and Regress as TensorFlow Serving does.

    Args:
        predictor: `Predictor`.
        choice: `ModelChoice`.
        method: str, "classify" or "regress".

    Raises:
        RequestError: Always.
    """
    name = choice.signature or DEFAULT_SIGNATURE
    with predictor.acquire(choice).in_use() as servable:
        signature = servable.model.signatures.get(name)
    if signature is None:
        raise invalid(f"No signature was found with the name: {name}")
    kind, expected = _METHODS[method]
    if signature.method_name != expected:
        raise invalid(
            f"Expected {kind} signature method_name to be {expected}. Was: "
            f"{signature.method_name}. Use Predict."
        )
    raise RequestError(
        "UNIMPLEMENTED", f"This server offers Predict, not {method}."
    )
