"""Runs a server until the process is told to end."""

import logging
import os
import signal
import sys
import threading

from tf_semsynth_serving.quiet import quiet_tensorflow
from tf_semsynth_serving.server import security

MISSING = (
    "The server's packages are not installed ({error}). Install them with "
    "`pip install './serving[server]'`."
)
NO_MODEL = (
    "--model_dir is missing: the folder that holds a model's versions, "
    "<model_dir>/<version>/, as the export writes them. `bash scripts/demo.sh` "
    "makes one in minutes: runs/demo/exports/quickstart."
)


def run(options):
    """Serves until SIGTERM or SIGINT, then drains; a second signal ends it.

    Args:
        options: `Options`.

    Raises:
        ImportError: The packages of the extra `server` are missing.
        OSError, ValueError: See `serve`.
    """
    _open_standard_files()
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("tf_semsynth_serving").setLevel(logging.INFO)
    # What it says while a model is loaded is for its own developers.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    serve = _import_serve()
    told = threading.Event()

    def tell(number, frame):
        if told.is_set():
            os._exit(128 + number)
        told.set()

    signals = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, tell) for number in signals}
    try:
        server = serve(options)
        _say(server.addresses())
        _warn(options)
        told.wait()
        _say("Stopping: running requests are finished.")
        server.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _import_serve():
    try:
        with quiet_tensorflow():
            import tensorflow as tf

            from tf_semsynth_serving.server.server import serve

            tf.config.list_physical_devices()  # It prints here, too.
    except ImportError as error:
        raise ImportError(MISSING.format(error=error)) from error
    return serve


def _open_standard_files():
    """Opens what was closed (`>&-`): its number would go to a connection."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))


def _say(text):
    """Prints; where nobody reads, the log has it and the server goes on."""
    try:
        print(text, flush=True)
    except (OSError, ValueError) as error:
        # What is left in the buffer would fail again at the process's end.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.close(null)
        log = logging.getLogger(__name__)
        log.info("Standard output cannot be written (%s).", error)
        for line in text.splitlines():
            log.info("%s", line)


def _warn(options):
    if not security.is_loopback(options.host) and not options.api_token_file:
        logging.getLogger(__name__).warning(
            "Everybody who reaches %s may ask: there is no --api_token_file.",
            options.host,
        )
