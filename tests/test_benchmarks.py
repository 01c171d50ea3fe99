"""The speed benchmarks: their PyTorch references, their timing, their runs."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.parity.checks import NETWORK_GRADIENT_TOLERANCE
from tests.parity.fixtures import Fixture, assert_close, fixture_files
from tests.parity.formula_weights import formula_state
from tests.parity.metric_fixtures import metric_files, read, read_shapes

torch = pytest.importorskip("torch", reason="needs PyTorch, extra [convert]")

ROOT = Path(__file__).resolve().parents[1]
BENCHMARKS = ROOT / "scripts" / "benchmarks"
TINY = (
    "--image_height=64",
    "--image_width=64",
    "--generator_filters=2",
    "--discriminator_filters=4",
    "--hidden_filters=4",
    "--batch_size=2",
    "--threads=1",
    "--pairs=1",
)
RATIO = r"\d+\.\d\d \(\d+\.\d\d to \d+\.\d\d\)"


def covered(system, kind):
    """Files of networks that the reference has: no encoder, one size."""
    return [
        parameter
        for parameter in fixture_files(system, kind)
        if parameter.values[0] is None
        or is_covered(Fixture(parameter.values[0]))
    ]


def is_covered(fixture):
    starts_from_layout = not fixture.config["use_vae"]
    is_discriminator = "discriminator" in fixture.kind
    is_normal = fixture.config["num_upsampling_layers"] == "normal"
    return is_discriminator or (is_normal and starts_from_layout)


@pytest.fixture
def modules(monkeypatch):
    """Imports a module of the benchmarks as their commands do."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


def run(command, *flags, path=()):
    """Runs a command; returns its exit code and what it printed.

    Args:
        command: str, name of the file.
        *flags: its flags.
        path: folders to import from before others.
    """
    path = os.pathsep.join([*map(str, path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, BENCHMARKS / command, *flags],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return done.returncode, done.stdout, done.stderr


def record_outputs(network):
    """Name of a module -> what it puts out, filled by the next call."""
    found = {}
    for name, module in network.named_modules():
        module.register_forward_hook(
            lambda module, inputs, output, name=name: found.update(
                {name: output}
            )
        )
    return found


def official_state(fixture):
    return {
        key: torch.from_numpy(np.array(value))
        for key, value in fixture.state().items()
    }


def check_network(fixture, network, forward):
    """Compares outputs, gradients and buffers with the official code's.

    Args:
        fixture: the file.
        network: module of the reference.
        forward: function of the network to its outputs by official name.
    """
    state = official_state(fixture)
    network.load_state_dict(state)  # Every key, no other.
    count = sum(p.numel() for p in network.parameters())
    assert count == fixture.meta["n_params"]
    inner = record_outputs(network)
    for mode in ("eval", "train"):
        network.load_state_dict(state)
        network.train(mode == "train")
        outputs = forward(network)
        found = {**inner, **outputs}
        for name, official in fixture.outputs(mode).items():
            assert_close(found[name].detach(), official, name=name)
    products = [
        (found[name] * torch.from_numpy(cotangent)).sum()
        for name, cotangent in fixture.cotangents.items()
    ]
    sum(products).backward()
    check_gradients(fixture, network)
    after = network.state_dict()
    for key, official in fixture.state_after().items():
        assert_close(after[key], official, name=key)


def check_gradients(fixture, network):
    norms = fixture.gradient_norms()
    found = {
        key: float(parameter.grad.norm())
        for key, parameter in network.named_parameters()
        if parameter.grad is not None
    }
    assert set(found) == set(norms)
    floor = 1e-5 * max(norms.values())
    for key, norm in norms.items():
        allowed = NETWORK_GRADIENT_TOLERANCE * norm + floor
        assert abs(found[key] - norm) <= allowed, key


@pytest.mark.parametrize(
    "path",
    [
        *covered("cc_fpse", "generator"),
        *covered("spade", "generator"),
    ],
)
def test_a_reference_generator_equals_the_official_one(path, modules):
    fixture = Fixture(path)
    config = fixture.config
    networks = modules(f"torch_{fixture.meta['system']}")
    generator = networks.Generator(
        config["semantic_nc"], config["ngf"], config["nhidden"]
    )
    layout = torch.from_numpy(fixture.inputs["seg"])
    check_network(fixture, generator, lambda g: {"image": g(layout)})


@pytest.mark.parametrize("path", covered("cc_fpse", "fpse_discriminator"))
def test_the_pyramid_discriminator_equals_the_official_one(path, modules):
    fixture = Fixture(path)

    def forward(discriminator):
        features, scores = discriminator(image, layout)
        found = {f"feat{i}": x for i, x in enumerate(features)}
        return {**found, **{f"pred{i}": x for i, x in enumerate(scores, 2)}}

    image, layout = (
        torch.from_numpy(fixture.inputs[name]) for name in ("image", "seg")
    )
    discriminator = modules("torch_cc_fpse").Discriminator(
        fixture.config["semantic_nc"], fixture.config["ndf"]
    )
    check_network(fixture, discriminator, forward)


@pytest.mark.parametrize("path", covered("spade", "multiscale_discriminator"))
def test_the_patch_discriminators_equal_the_official_ones(path, modules):
    fixture = Fixture(path)

    def forward(discriminator):
        features, scores = discriminator(image, layout)
        outputs = [*features[:4], scores[0], *features[4:], scores[1]]
        names = [f"d{i}_l{layer}" for i in (0, 1) for layer in range(5)]
        return dict(zip(names, outputs, strict=True))

    image, layout = (
        torch.from_numpy(fixture.inputs[name]) for name in ("image", "seg")
    )
    discriminator = modules("torch_spade").Discriminator(
        fixture.config["semantic_nc"], fixture.config["ndf"]
    )
    check_network(fixture, discriminator, forward)


@pytest.mark.parametrize("path", metric_files("fid_inception"))
def test_the_reference_inception_equals_the_official_one(path, modules):
    module = modules("torch_inception")
    state = formula_state(read_shapes("fid_inception_shapes.json"))
    network = module.FidInception().eval()
    counters = {
        key: value
        for key, value in network.state_dict().items()
        if key.endswith("num_batches_tracked")
    }
    state = {key: torch.from_numpy(value) for key, value in state.items()}
    network.load_state_dict({**state, **counters})  # Every key, no other.
    fixture = read(path)
    images = np.moveaxis(fixture["in/image_u8"], 1, -1).copy()
    inputs = module.inception_inputs(images)
    assert_close(inputs[..., ::13, ::13], fixture["out/halfpixel/resized@13"])
    with torch.inference_mode():
        assert_close(network(inputs), fixture["out/halfpixel/2048"])


@pytest.mark.parametrize("system", ["cc_fpse", "spade"])
def test_sizes_are_those_of_the_config(modules, system):
    settings = modules("settings").Settings(system=system, image_width=64)
    settings = settings.complete()
    assert (settings.image_height, settings.image_width) == (96, 64)
    class_ids, image = settings.make_batch()
    assert image.shape == (*class_ids.shape, 3) == (4, 96, 64, 3)


def test_contestants_take_turns_after_warming_up(modules, monkeypatch):
    pairs = modules("pairs")
    monkeypatch.setattr(pairs, "PAUSE", 0)
    order = []

    def contestant(name):
        return lambda: order.append(name) or len(order)

    seconds = pairs.take_turns(
        {"a": contestant("a"), "b": contestant("b")}, rounds=2, warmups=1
    )
    assert order == ["a", "b"] * 3
    assert seconds == {"a": [3, 5], "b": [4, 6]}


def test_a_ratio_is_that_of_neighbours(modules):
    # 8/4, 6/1, 9/3: the ratio of the medians would be 8/3.
    text = modules("pairs").describe_ratio([8, 6, 9], [4, 1, 3])
    assert text == "3.00 (2.00 to 6.00)"


def test_a_worker_keeps_its_object_and_times_it(modules):
    with modules("pairs").Worker("it", 1, list) as worker:
        worker.call("append", "word")
        assert worker.call("count", "word") == 1
        assert 0 < worker.time("clear") < 1
        assert worker.peak_memory() > 1


def test_errors_of_a_worker_are_those_of_its_object(modules):
    worker = modules("pairs").Worker
    with pytest.raises(ValueError, match="invalid literal"):
        worker("it", 1, int, "one")
    with pytest.raises(OSError, match="PyTorch ended .* exit code 3"):
        worker("PyTorch", 1, os._exit, 3)


@pytest.mark.slow
def test_a_training_step_is_timed_beside_the_reference():
    code, printed, errors = run("training_step.py", *TINY)
    assert code == 0, errors
    assert re.search(rf"PyTorch / tf_semsynth: {RATIO}", printed)
    assert re.search(r"seconds a step, median( +\d+\.\d+){2}\n", printed)
    assert re.search(r"peak memory, MiB( +\d+){2}\n", printed)
    ours, theirs = re.search(r"parameters +(\S+) +(\S+)\n", printed).groups()
    # Scale and shift of each block's three unread norms: two have the block's
    # middle channels (those of its output), one has those of its input.
    middle, inputs = 96 + 16 + 8 + 4 + 2, 96 + 32 + 16 + 8 + 4
    unread = 2 * (2 * middle + inputs)
    assert int(theirs.replace(",", "")) == int(ours.replace(",", "")) + unread
    assert "tensorflow" in printed and f"{os.cpu_count()} cores" in printed


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16"])
@pytest.mark.parametrize("system", ["cc_fpse", "spade"])
def test_every_system_and_precision_is_timed(system, precision):
    flags = (f"--system={system}", f"--precision={precision}")
    code, printed, errors = run("training_step.py", *TINY, *flags)
    assert code == 0, errors
    assert re.search(rf"PyTorch / tf_semsynth: {RATIO}", printed)
    assert precision in printed


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["--nofold_reference", "--fold_reference"])
@pytest.mark.parametrize("system", ["cc_fpse", "spade"])
def test_synthesis_is_timed(system, flag):
    code, printed, errors = run(
        "synthesis.py", *TINY, f"--system={system}", flag
    )
    assert code == 0, errors
    assert re.search(rf"tf_semsynth / PyTorch: {RATIO}", printed)
    # Equal pictures prove little if there is nothing on them.
    contrast = re.search(r"standard deviation (\S+)\)", printed)[1]
    assert float(contrast) > 0.05


@pytest.mark.slow
def test_layouts_of_files_are_taken(tmp_path):
    for name in "abc":
        ids = np.full((20, 30), ord(name) - ord("a"), "uint8")
        Image.fromarray(ids).save(tmp_path / f"{name}.png")
    code, printed, errors = run(
        "synthesis.py", *TINY, "--system=spade", f"--layouts={tmp_path}"
    )
    assert code == 0, errors
    assert f"layouts of {tmp_path}" in printed


@pytest.mark.slow
def test_the_layers_are_timed():
    code, printed, errors = run(
        "conditional_conv.py",
        "--height=10",
        "--width=12",
        "--channels=4",
        "--layout_height=14",
        "--layout_width=16",
        "--num_classes=5",
        "--filters=3",
        "--threads=1",
        "--pairs=1",
    )
    assert code == 0, errors
    assert len(re.findall(rf"^forward.*{RATIO}$", printed, re.MULTILINE)) == 4


@pytest.mark.slow
@pytest.mark.parametrize("system", ["cc_fpse", "spade"])
def test_the_reference_trains_on_our_batches(system, tmp_path):
    sizes = [x for x in TINY if "pairs" not in x]
    code, printed, errors = run(
        "reference_quality.py",
        f"--system={system}",
        *sizes,
        "--nouse_encoder",
        "--lambda_vgg=0",
        "--num_steps=3",
        "--log_every=1",
        "--checkpoint_every=2",
        "--ema_decay=0.9",
        f"--output={tmp_path}",
    )
    assert code == 0, errors
    assert (
        len(re.findall(r"^step \d/3 generator \S+ discr", printed, re.M)) == 3
    )
    assert sorted(os.listdir(tmp_path)) == [
        "generator-2.pth",
        "generator-3.pth",
    ]
    workdir = tmp_path / "workdir"
    flags = [f"--system={system}", f"--workdir={workdir}"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tf_semsynth.convert", *flags),
            f"--generator={tmp_path / 'generator-3.pth'}",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_reference_does_not_train_what_it_cannot(tmp_path):
    code, _, errors = run(
        "reference_quality.py",
        "--system=spade",
        "--lambda_vgg=1",
        "--ema_decay=0.9",
        f"--output={tmp_path}",
    )
    assert code == 1
    assert "otherwise: lambda_vgg." in errors


@pytest.mark.slow
def test_taking_features_is_timed():
    code, printed, errors = run(
        "features.py", "--batch_size=1", "--threads=1", "--pairs=1"
    )
    assert code == 0, errors
    assert re.search(rf"tf_semsynth / PyTorch: {RATIO}", printed)


@pytest.mark.slow
def test_evaluations_are_timed_and_weighed():
    code, printed, errors = run("evaluation.py", "--counts=20,30")
    assert code == 0, errors
    assert re.search(r"Frechet distance of 2048 features: \d+\.\d s", printed)
    assert len(re.findall(r"^[23]0 +\d+ +\d+ +\d{3,}$", printed, re.M)) == 2


def test_without_pytorch_the_remedy_is_told(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('no torch')")
    code, _, errors = run("training_step.py", *TINY, path=[tmp_path])
    assert code == 1
    assert 'pip install "tf_semsynth[convert]"' in errors
    assert "Traceback" not in errors


def test_a_size_that_the_system_refuses_is_told_at_once():
    code, _, errors = run("training_step.py", *TINY, "--image_height=100")
    assert code == 1
    assert "multiple of 32" in errors and "Traceback" not in errors
