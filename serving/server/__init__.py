"""A server for a laptop and for CI that speaks TensorFlow Serving's API.

    from tf_semsynth_serving.server import Options, serve

    server = serve(Options(model_dir="exports/cc_fpse", grpc_port=0))
    ...
    server.stop()

As a command: `python -m tf_semsynth_serving.server --model_dir=<folder>`.
"""

from tf_semsynth_serving.server.options import Options

__all__ = ["Options", "Server", "serve"]


def __getattr__(name):
    """Loads TensorFlow when a server is asked for, not before."""
    if name not in ("Server", "serve"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tf_semsynth_serving.server import server

    return getattr(server, name)
