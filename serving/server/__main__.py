"""Serves a model over gRPC, REST and a page to paint on.

python -m tf_semsynth_serving.server --model_dir=exports/cc_fpse
"""

import argparse
import dataclasses
import sys
import typing

from tf_semsynth_serving.server import running
from tf_semsynth_serving.server.options import Options


def main(argv=None):
    """The command.

    Returns:
        int, the exit code: 1 on a user's mistake, 2 on a flag that is none.
    """
    parser = argparse.ArgumentParser(
        "python -m tf_semsynth_serving.server",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    kinds = typing.get_type_hints(Options)
    for field in dataclasses.fields(Options):
        kind = next(k for k in (int, float, str) if k in _parts(kinds, field))
        text = field.metadata["help"]
        if field.default is not None:
            text += f" [{field.default}]"
        parser.add_argument(
            f"--{field.name}",
            type=kind,
            default=field.default,
            help=text,
            metavar={str: "<text>"}.get(kind, "<number>"),
            action="append" if field.metadata["repeated"] else "store",
        )
    values = {
        name: ",".join(value) if isinstance(value, list) else value
        for name, value in vars(parser.parse_args(argv)).items()
    }
    if values["model_dir"] is None:
        parser.error(running.NO_MODEL)
    try:
        running.run(Options(**values))
    except (ImportError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parts(kinds, field):
    kind = kinds[field.name]
    return typing.get_args(kind) or (kind,)


if __name__ == "__main__":
    sys.exit(main())
