"""The flags of the command `python -m tf_semsynth_serving.client`."""

import argparse
from pathlib import Path

from tf_semsynth_serving.layouts import ENCODINGS


def make_parser():
    """The flags of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m tf_semsynth_serving.client",
        allow_abbrev=False,
        usage="%(prog)s --server=ADDRESS\n"
        "           --layout=PATH --output=PATH [flags]",
        description="Makes pictures of layouts with a served model. A layout "
        "is a label PNG: grey with class ids, or palette or RGB with the "
        "class colours of the model.",
        epilog="example: %(prog)s --server=localhost:8500 --layout=city.png "
        "--seed=7 --output=city.jpg",
    )
    _add_server_flags(parser.add_argument_group("server"))
    _add_layout_flags(parser.add_argument_group("layouts"))
    _add_picture_flags(parser.add_argument_group("pictures"))
    return parser


def check_flags(arguments):
    """Checks what `argparse` cannot.

    Raises:
        ValueError: A value is impossible.
    """
    for flag, least in (("in_flight", 1), ("num_samples", 1), ("retries", 0)):
        if getattr(arguments, flag) < least:
            raise ValueError(
                f"--{flag} must be at least {least}. Received: "
                f"{getattr(arguments, flag)}."
            )
    if not 1 <= arguments.quality <= 100:
        raise ValueError(
            f"--quality must be from 1 to 100. Received: {arguments.quality}."
        )
    if arguments.seeds is not None and arguments.num_samples != 1:
        raise ValueError(
            "--seeds lists the variants, --num_samples counts them. Leave one "
            "out."
        )


def find_seeds(arguments):
    """The seeds of the pictures of each layout, a tuple of ints."""
    if arguments.seeds is not None:
        return arguments.seeds
    first = arguments.seed
    return tuple(range(first, first + arguments.num_samples))


def _add_server_flags(server):
    server.add_argument(
        "--server",
        default="localhost:8500",
        metavar="ADDRESS",
        help="host:port for gRPC, http://host:port or https://host:port for "
        "REST, which needs no TensorFlow (default: %(default)s)",
    )
    server.add_argument(
        "--rest",
        action="store_true",
        help="take host:port as the address of REST",
    )
    server.add_argument(
        "--model_name",
        default="cc_fpse",
        metavar="NAME",
        help="what the server calls the model (default: %(default)s)",
    )
    which = server.add_mutually_exclusive_group()
    which.add_argument(
        "--version",
        type=int,
        metavar="N",
        help="version of the model; without it, the newest",
    )
    which.add_argument(
        "--label", metavar="NAME", help="label of a version, such as stable"
    )
    server.add_argument(
        "--deadline",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long a request may take, retries included (default: "
        "%(default)g)",
    )
    server.add_argument(
        "--retries",
        type=int,
        default=5,
        metavar="N",
        help="tries after the first one while the server is unavailable, "
        "with growing waits; other errors are not tried again (default: "
        "%(default)s)",
    )
    server.add_argument(
        "--api_token_file",
        type=Path,
        metavar="FILE",
        help="file with the token that the server wants",
    )
    server.add_argument(
        "--tls",
        action="store_true",
        help="encrypt gRPC; REST is encrypted by https://",
    )
    server.add_argument(
        "--ca_file",
        type=Path,
        metavar="FILE",
        help="certificate (PEM) that signed the server's, where the system "
        "does not know it",
    )
    server.add_argument(
        "--describe",
        action="store_true",
        help="show the model's versions, sizes, signatures and classes, and "
        "make nothing",
    )


def _add_layout_flags(layouts):
    layouts.add_argument(
        "--layout",
        type=Path,
        metavar="PATH",
        help="label PNG, or a folder of them",
    )
    layouts.add_argument(
        "--label_encoding",
        choices=ENCODINGS,
        default="auto",
        help="how palette PNGs are read: by index, by colour, or auto: by "
        "index, unless the colours contradict it (default: %(default)s)",
    )
    layouts.add_argument(
        "--resize",
        action="store_true",
        help="bring layouts of another size to the model's by nearest; "
        "without it they are refused",
    )


def _add_picture_flags(pictures):
    pictures.add_argument(
        "--output",
        type=Path,
        metavar="PATH",
        help="picture to write (.png or .jpg), or a folder if --layout is one",
    )
    seeds = pictures.add_mutually_exclusive_group()
    seeds.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the noise (default: %(default)s)",
    )
    seeds.add_argument(
        "--seeds",
        type=_to_seeds,
        metavar="N,N,...",
        help="a variant for each seed: <name>_0, <name>_1, ...",
    )
    pictures.add_argument(
        "--num_samples",
        type=int,
        default=1,
        metavar="N",
        help="variants for each layout; variant k has seed + k (default: "
        "%(default)s)",
    )
    pictures.add_argument(
        "--style",
        type=Path,
        metavar="FILE",
        help="PNG or JPEG whose style the pictures take, for models with an "
        "encoder",
    )
    pictures.add_argument(
        "--format",
        choices=("png", "jpg"),
        help="format of the pictures (default: by the suffix of --output; "
        "png in a folder)",
    )
    pictures.add_argument(
        "--quality",
        type=int,
        default=95,
        metavar="1..100",
        help="of JPEGs (default: %(default)s)",
    )
    existing = pictures.add_mutually_exclusive_group()
    existing.add_argument(
        "--overwrite",
        action="store_true",
        help="write over pictures that are there; without it nothing is done",
    )
    existing.add_argument(
        "--skip_existing",
        action="store_true",
        help="leave out layouts whose pictures are there, to go on with an "
        "interrupted run",
    )
    pictures.add_argument(
        "--in_flight",
        type=int,
        default=4,
        metavar="N",
        help="requests that are under way at once (default: %(default)s)",
    )


def _to_seeds(text):
    return tuple(int(part) for part in text.split(","))


_to_seeds.__name__ = "list of whole numbers"  # For argparse's message.
