"""Why a version cannot be loaded, in one line."""

from tf_semsynth_serving.server import version_files
from tf_semsynth_serving.server.model_errors import clean
from tf_semsynth_serving.server.status import NAMES


def describe_failure(directory, error):
    """Code and words for the status of a version.

    Args:
        directory: str, the version's folder.
        error: Exception that loading raised.

    Returns:
        (code, message), both str.
    """
    if not version_files.has_saved_model(directory):
        return "NOT_FOUND", (
            f"{directory} holds no saved_model.pb. Is it still being copied? "
            "Copy to another name and rename, as the export does."
        )
    code = NAMES.get(getattr(error, "error_code", None), "DATA_LOSS")
    message = clean(getattr(error, "message", str(error)))
    return code, " ".join(message.split())[:1000]
