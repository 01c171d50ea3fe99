"""Puts a request together: files, networks, and pictures where they lack."""

import dataclasses
import json

from tf_semsynth.core import checkpoint, storage
from tf_semsynth.core.config import config_from_dict
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.data import catalog
from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.options import DataOptions
from tf_semsynth.evaluation import diversity, picture_files
from tf_semsynth.evaluation.feature_networks import load_features
from tf_semsynth.evaluation.judges import load_judge
from tf_semsynth.evaluation.metric_sets import choose_metrics
from tf_semsynth.evaluation.perturbation import choose_perturbations
from tf_semsynth.evaluation.protocols import default_protocol, find_protocol
from tf_semsynth.evaluation.request import Request
from tf_semsynth.evaluation.robustness import make_perturbed
from tf_semsynth.evaluation.split_files import find_split

_NUM_STRIPS, _STRIP_SAMPLES = 4, 6  # Of the report.


def request_for_pictures(options, images, output, labels=None, reference=None):
    """What to do with a folder of pictures.

    Args:
        options: `EvaluationOptions` with a protocol.
        images: path of the folder of pictures.
        output: path of the folder for results.
        labels, reference: paths of folders, or None: those of the protocol's
            split in `options.data_dir`, if that is given.

    Returns:
        `Request`.

    Raises:
        OSError, ValueError, ImportError: Something is missing or wrong.
    """
    protocol = find_protocol(options.protocol)
    if options.perturb is not None:
        raise ValueError(
            f"--perturb={options.perturb} makes pictures of perturbed layouts, "
            "which needs the system: --workdir in place of --images."
        )
    fields = {"images": picture_files.find_files(images, "--images")}
    fields["max_pixels"] = options.max_pixels or MAX_PIXELS
    if options.data_dir is not None:
        data = DataOptions(
            dataset=protocol.dataset,
            data_dir=options.data_dir,
            max_pixels=options.max_pixels or MAX_PIXELS,
        )
        fields["training"] = catalog.open_from_options(data, "train")
        if labels is None:
            fields |= _find_data(data, protocol, output)
    if labels is not None:
        fields["labels"] = picture_files.find_files(
            labels, "--labels", protocol.label_ending
        )
    if reference is not None:
        fields["reference"] = picture_files.find_files(reference, "--reference")
    _pair_by_name(fields)
    return _make_request(options, protocol, output, fields)


def _pair_by_name(fields):
    """Takes folders out of the keys where the other side has none."""
    flat = picture_files.is_flat(fields["images"])
    for kind in {"labels", "reference", "own_photos"} & fields.keys():
        fields[kind] = picture_files.pair_by_name(fields[kind], flat)
    if not flat and "labels" in fields:
        flat = picture_files.is_flat(fields["labels"])
        fields["images"] = picture_files.pair_by_name(fields["images"], flat)


def request_for_workdir(options, workdir, output=None, synthesize=None):
    """Makes the pictures of a trained system, then says what to do with them.

    Pictures of an earlier run with the same weights are kept.

    Args:
        options: `EvaluationOptions`.
        workdir: path of the work directory.
        output: path of the folder for pictures and results; by default
            `evaluation/<protocol>` in the work directory.
        synthesize: Function that makes the pictures, in place of
            `synthesize_split`, whose arguments it takes.

    Returns:
        `Request`.

    Raises:
        OSError, ValueError, ImportError: Something is missing or wrong.
    """
    workdir = WorkDir(workdir)
    saved = workdir.read_config()
    data = data_options(options, workdir)
    protocol = _protocol_of(options, data, workdir)
    # Before minutes of synthesis: can these metrics be computed at all?
    metrics, _ = _choose(options, protocol)
    if options.perturb is not None:
        choose_perturbations(options.perturb)
    if output is None:
        output = storage.join(workdir.path, "evaluation", protocol.name)
    if "://" in str(output):
        raise ValueError(
            f"{output} is in a bucket, and results are written to a disk. "
            "Name a local folder with --output."
        )
    size = (saved["config"]["image_height"], saved["config"]["image_width"])
    reader = catalog.open_from_options(data, protocol.split, *size)
    fields = _find_data(data, protocol, output, reader, size)
    fields["training"] = catalog.open_from_options(data, "train", *size)
    fields["max_pixels"] = data.max_pixels
    synthesize = synthesize or synthesize_split
    fields["images"], fields["samples"] = synthesize(
        options, workdir, reader, output, protocol, metrics
    )
    if options.perturb is not None:
        fields["perturbed"] = make_perturbed(
            choose_perturbations(options.perturb),
            reader,
            _synthesis_maker(options, workdir, protocol),
            output,
            options.seed,
        )
    fields["warnings"] += describe_unread(workdir)
    return _make_request(options, protocol, output, fields)


def data_options(options, workdir):
    """The data set of a work directory, a `DataOptions`.

    What its data set never read (an older `train` let such flags pass) is not
    among them; `describe_unread` tells of it.

    Args:
        options: `EvaluationOptions`, which may name another folder.
        workdir: `WorkDir`.

    Raises:
        ValueError: The other folder cannot be read, for the data set is
            painted.
    """
    data = config_from_dict(DataOptions, workdir.read_config()["data"])
    if options.max_pixels is not None:
        data = dataclasses.replace(data, max_pixels=options.max_pixels)
    data = catalog.name_dataset(data)
    unread = catalog.find_unread(data)
    data = dataclasses.replace(
        data, **{name: getattr(DataOptions, name) for name in unread}
    )
    if options.data_dir is None:
        return data
    if data.dataset == "scenes":
        raise ValueError(
            f"--data_dir={options.data_dir} is not read: {workdir.path} was "
            "trained on scenes, which are painted. Leave it out."
        )
    return dataclasses.replace(data, data_dir=options.data_dir, tfrecords=None)


def describe_unread(workdir):
    """What a work directory records and its training never read, in words.

    Args:
        workdir: `WorkDir`.

    Returns:
        List of str, one or none.
    """
    data = config_from_dict(DataOptions, workdir.read_config()["data"])
    data = catalog.name_dataset(data)
    unread = catalog.find_unread(data)
    if not unread:
        return []
    listing = ", ".join(f"--{name}={getattr(data, name)}" for name in unread)
    return [
        f"The training was given {listing}, which its data set "
        f"({data.dataset}) does not read: it learned without."
    ]


def _choose(options, protocol):
    return choose_metrics(
        options.metrics,
        protocol,
        options.judge is not None,
        options.features is not None,
    )


def _make_request(options, protocol, output, fields):
    metrics, left_out = _choose(options, protocol)
    request = Request(
        output=output,
        protocol=protocol,
        metrics=metrics,
        with_baselines=options.baselines,
        cache=options.cache_dir,
        batch_size=options.batch_size,
        seed=options.seed,
        **fields,
    )
    if left_out:
        request.warnings.append(
            f"Left out for want of a network: {', '.join(left_out)} "
            "(--judge, --features)."
        )
    load_networks(request, options)
    return request


def load_networks(request, options):
    """Loads the networks that a request's metrics need.

    Args:
        request: `Request`, which gets them.
        options: `EvaluationOptions`, which name them.

    Raises:
        OSError, ValueError, ImportError: Something is missing or wrong.
    """
    if request.needs("judge"):
        request.judge = load_judge(options.judge)
    if request.needs("features", "inception"):
        request.features = load_features(
            options.features,
            request.protocol,
            options.fid_weights,
            logits=request.needs("inception"),
        )
    if request.needs("lpips", "samples"):
        from tf_semsynth.backbones.lpips_weights import load_lpips

        network = load_lpips(
            options.lpips, options.lpips_trunk, options.lpips_heads
        )
        request.perceived_distance = diversity.lpips_distance(network)
        request.perceived_by = {
            "name": f"LPIPS 0.1, {options.lpips}",
            "fingerprint": network.fingerprint,
            "official": network.official,
        }


def _protocol_of(options, data, workdir):
    if options.protocol is None:
        return default_protocol(data.dataset)
    protocol = find_protocol(options.protocol)
    if protocol.dataset not in (data.dataset, "folder"):
        raise ValueError(
            f"--protocol={protocol.name} is for the data set "
            f"{protocol.dataset}, and {workdir.path} was trained on "
            f"{data.dataset}. Choose another protocol."
        )
    return protocol


def _find_data(data, protocol, output, reader=None, size=(128, 128)):
    """The fields of a request that are files of the data set."""
    if reader is None:
        reader = catalog.open_from_options(data, protocol.split, *size)
    split = find_split(reader, storage.join(output, protocol.split))
    photos = split.photos
    if protocol.reference_split != protocol.split:
        name = protocol.reference_split
        other = catalog.open_from_options(data, name, *size)
        photos = find_split(other, storage.join(output, name)).photos
    return {
        "labels": split.labels,
        "reference": photos,
        "own_photos": split.photos,
        "warnings": list(reader.notes),
    }


def synthesize_split(options, workdir, reader, output, protocol, metrics):
    """Makes the pictures, and several of some layouts where there is noise.

    Args:
        options: `EvaluationOptions`.
        workdir: `WorkDir`.
        reader: `DatasetReader` of the split.
        output: path of the folder for pictures and results.
        protocol: `Protocol`.
        metrics: Names in `METRICS`.

    Returns:
        images: dict, key -> path.
        samples: dict, key -> list of paths, or None.
    """
    make_synthesis = _synthesis_maker(options, workdir, protocol)
    return write_all(make_synthesis(reader, output, {}), metrics)


def _synthesis_maker(options, workdir, protocol):
    """A function of reader, folder and further identity: `SplitSynthesis`."""
    from tf_semsynth.evaluation.synthesis import SplitSynthesis
    from tf_semsynth.systems import registry

    system = registry.load_system(workdir.path)
    info = checkpoint.newest_valid(workdir.checkpoints)
    manifest = storage.read_text(storage.join(info.path, "manifest.json"))
    identity = {
        "step": info.step,
        "files": json.loads(manifest)["files"],
        "split": protocol.split,
    }

    def make_synthesis(reader, folder, more):
        return SplitSynthesis(
            system,
            reader,
            folder,
            {**identity, **more},
            options.seed,
            protocol.latent,
            options.batch_size,
        )

    return make_synthesis


def write_all(synthesis, metrics):
    """Makes the pictures and samples of a `SplitSynthesis`."""
    images = synthesis.write_pictures()
    if not synthesis.system.uses_noise or synthesis.latent == "posterior":
        return images, None
    counts = _NUM_STRIPS, _STRIP_SAMPLES
    if "lpips_diversity" in metrics:
        counts = diversity.NUM_LAYOUTS, diversity.NUM_SAMPLES
    return images, synthesis.write_samples(*counts)
