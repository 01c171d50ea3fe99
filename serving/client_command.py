"""The command `python -m tf_semsynth_serving.client`.

Exit codes: 0 when all pictures are written, 1 when one is not or the request
is impossible, 2 for unknown flags, 130 when interrupted.
"""

import sys

from tf_semsynth_serving.client import Client
from tf_semsynth_serving.client_flags import (
    check_flags,
    find_seeds,
    make_parser,
)
from tf_semsynth_serving.errors import ServingError
from tf_semsynth_serving.job_runner import (
    PictureOptions,
    count_words,
    describe_faults,
    run_jobs,
    words_of,
)
from tf_semsynth_serving.picture_jobs import (
    find_jobs,
    leave_out_existing,
    refuse_existing,
)
from tf_semsynth_serving.quiet import quiet_tensorflow
from tf_semsynth_serving.style_picture import read_style


def main(argv=None):
    """Runs the command and returns its exit code."""
    parser = make_parser()
    arguments = parser.parse_args(argv)
    if not arguments.describe and not (arguments.layout and arguments.output):
        parser.error("--layout and --output are needed, or --describe")
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except (ValueError, OSError, ImportError, ServingError) as error:
        print(f"error: {words_of(error)}", file=sys.stderr)
        return 1


def describe(client):
    """The model in words, several lines of text."""
    description = client.describe()
    lines = [
        f"{client.model_name}: a {description['system']} model, version "
        f"{description['version']}",
        f"pictures: {description['image_height']} x "
        f"{description['image_width']} pixels, height x width",
        f"signatures: {', '.join(sorted(client.signatures()))}",
        *(
            f"version {item['version']}: {item['state']} "
            f"{item['error_message']}".rstrip()
            for item in client.status()
        ),
        "",
        "   id  colour   class",
    ]
    for row in description["classes"]:
        red, green, blue = row["colour"]
        unknown = row["id"] == description["unknown_id"]
        lines.append(
            f"{row['id']:5}  #{red:02x}{green:02x}{blue:02x}  {row['name']}"
            + (" (unknown; 255, too)" if unknown else "")
        )
    invented = description.get("invented_colours")
    if invented:
        all_of_them = len(invented) == len(description["classes"])
        which = "all" if all_of_them else ", ".join(map(str, invented))
        lines.append(f"colours made up, only to show the classes: {which}")
    return "\n".join(lines)


def _run(arguments):
    check_flags(arguments)
    if arguments.describe:
        with _make_client(arguments) as client:
            print(describe(client))
        return 0
    seeds = find_seeds(arguments)
    style = None if arguments.style is None else read_style(arguments.style)
    if style is not None and len(seeds) > 1:
        raise ValueError(
            f"All {len(seeds)} variants would be equal: a style picture "
            "decides in place of the noise. Leave out --num_samples and "
            "--seeds."
        )
    jobs, format, others = find_jobs(
        arguments.layout, arguments.output, arguments.format, len(seeds)
    )
    if others:
        print(f"Passed over what is no PNG: {count_words(others, 'file')}")
    if arguments.skip_existing:
        jobs = leave_out_existing(jobs)
    elif not arguments.overwrite:
        refuse_existing(jobs)
    if not jobs:
        print("All pictures are there already")
        return 0
    options = PictureOptions(seeds, style, format, arguments.quality)
    with _make_client(arguments) as client:
        # Faults that all layouts share are told once.
        client.describe()
        client.require_signature(options.signature())
        faults, untried = run_jobs(client, jobs, options, arguments.in_flight)
    written = (len(jobs) - len(faults) - untried) * len(seeds)
    print(f"Wrote {count_words(written, 'picture')} to {arguments.output}")
    if faults:
        print(describe_faults(faults, untried), file=sys.stderr)
        return 1
    return 0


def _make_client(arguments):
    server = arguments.server
    if arguments.rest and "://" not in server:
        server = f"{'https' if arguments.tls else 'http'}://{server}"
    token = None
    if arguments.api_token_file is not None:
        token = arguments.api_token_file.read_text(encoding="utf-8").strip()
        if not token:
            raise ValueError(f"{arguments.api_token_file} is empty.")
    with quiet_tensorflow():
        return Client(
            server,
            arguments.model_name,
            version=arguments.version,
            label=arguments.label,
            deadline=arguments.deadline,
            retries=arguments.retries,
            api_token=token,
            tls=arguments.tls,
            ca_file=arguments.ca_file,
            label_encoding=arguments.label_encoding,
            resize=arguments.resize,
        )
