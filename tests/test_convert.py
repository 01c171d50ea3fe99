"""The command `convert`, on PyTorch files of the authors' own code."""

import json

import numpy as np
import pytest

from tests.official_states import make_state
from tests.parity.fixtures import (
    Fixture,
    assert_close,
    fixture_files,
    to_class_ids,
    to_nhwc,
)
from tf_semsynth import convert
from tf_semsynth.core import checkpoint, command
from tf_semsynth.systems import conversion, registry

torch = pytest.importorskip("torch", reason="needs PyTorch, extra [convert]")

SYSTEMS = ("cc_fpse", "spade")
checkpoint_files = [p for s in SYSTEMS for p in fixture_files(s, "checkpoint")]
training_files = [p for s in SYSTEMS for p in fixture_files(s, "train_step")]


def _run(fixture, workdir, *argv):
    return command.execute(
        convert.main,
        convert.define_flags,
        [f"--system={fixture.meta['system']}", f"--workdir={workdir}", *argv],
    )


def _size(config):
    width = config["crop_size"]
    return round(width / config["aspect_ratio"]), width


@pytest.mark.parametrize("path", checkpoint_files)
def test_an_old_file_draws_the_official_pictures(path, tmp_path, capsys):
    fixture = Fixture(path)
    height, width = _size(fixture.config)
    source = fixture.neighbour(fixture.meta["files"]["oldspectral"])
    arguments = (
        f"--generator={source}",
        f"--image_height={height}",
        f"--image_width={width}",
    )
    assert _run(fixture, tmp_path / "w", *arguments) == 0, capsys.readouterr()
    printed = capsys.readouterr().out
    assert "old spectral-norm format" in printed
    assert "read it back: equal" in printed

    system = registry.load_system(tmp_path / "w")
    config = fixture.config
    assert system.config.generator_filters == config["ngf"]
    assert system.config.hidden_filters == config["nhidden"]
    assert system.config.use_encoder == config["use_vae"]
    ids = to_class_ids(fixture.inputs["seg"], config["semantic_nc"])
    latent = fixture.inputs.get("z")
    image = system.synthesize({"class_ids": ids}, latent=latent)
    official = fixture.outputs("eval")["image_oldspectral"]
    assert_close(image, to_nhwc(official), name="image")


@pytest.mark.parametrize("file_format", ["zip", "legacy"])
@pytest.mark.parametrize("path", checkpoint_files)
def test_files_in_todays_format_are_read_as_they_are(path, file_format):
    fixture = Fixture(path)
    source = fixture.neighbour(fixture.meta["files"][file_format])
    said = []
    states = conversion.read_files({"generator": source}, said.append)
    official = fixture.state()
    assert set(states["generator"]) == set(official)
    for key, value in official.items():
        np.testing.assert_array_equal(states["generator"][key], value)
    assert "old spectral-norm" not in said[0]


@pytest.mark.parametrize("path", training_files)
def test_all_networks_are_converted_and_counted(path, tmp_path, capsys):
    fixture = Fixture(path)
    height, width = _size(fixture.config)
    arguments = [f"--image_height={height}", f"--image_width={width}"]
    if not fixture.config["no_instance"]:
        arguments.append("--use_edges")
    for name in ("generator", "discriminator", "encoder"):
        state = fixture.state(name[0].upper())
        if state:
            tensors = {k: torch.tensor(v) for k, v in state.items()}
            torch.save(tensors, tmp_path / f"{name}.pth")
            arguments.append(f"--{name}={tmp_path / name}.pth")
    assert _run(fixture, tmp_path / "w", *arguments) == 0, capsys.readouterr()

    system = registry.load_system(tmp_path / "w")
    assert system.absent_networks == set()
    assert system.config.discriminator_filters == fixture.config["ndf"]
    info = checkpoint.newest_valid(str(tmp_path / "w" / "checkpoints"))
    assert info.step == 0
    assert set(info.networks) == set(system.networks)
    table = capsys.readouterr().out
    for name, network in system.networks.items():
        (total,) = (
            line.split()
            for line in table.splitlines()
            if line.split()[:2] == ["all", name]
        )
        ours = sum(
            np.prod(w.shape, dtype=int) for w in network.trainable_weights
        )
        assert int(total[3].replace(",", "")) == ours


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A file of SPADE's generator, 6 classes, no encoder, 64 x 64."""
    system = registry.build_system(
        "spade",
        num_classes=6,
        image_height=64,
        image_width=64,
        generator_filters=2,
        discriminator_filters=2,
        hidden_filters=3,
    )
    state = make_state(system, "generator")
    path = tmp_path_factory.mktemp("official") / "latest_net_G.pth"
    torch.save({k: torch.tensor(v) for k, v in state.items()}, path)
    return path


SIZE = ("--image_height=64", "--image_width=64")


def _run_spade(workdir, *argv):
    argv = ("--system=spade", f"--workdir={workdir}", *argv)
    return command.execute(convert.main, convert.define_flags, argv)


def test_what_is_missing_and_what_was_assumed_is_said(source, tmp_path, capsys):
    assert _run_spade(tmp_path / "w", f"--generator={source}", *SIZE) == 0
    printed = capsys.readouterr().out
    assert "No file for the discriminator" in printed
    assert "Not in the files: the picture's size. Taken: 64 x 64" in printed
    assert "hidden_filters=3" in printed
    system = registry.load_system(tmp_path / "w")
    assert system.absent_networks == {"discriminator"}


SPELLINGS = {
    "_orig_mod.": lambda s: {f"_orig_mod.{k}": v for k, v in s.items()},
    "netG.module.": lambda s: {f"netG.module.{k}": v for k, v in s.items()},
    "ema_model.": lambda s: {"step": 3, "ema_model": s},
    "state_dict.netG.": lambda s: {
        "state_dict": {f"netG.{k}": v for k, v in s.items()},
        "epoch": 3,
    },
    "float64": lambda s: {k: v.double() * (1 - 1 / 3000) for k, v in s.items()},
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_network_is_known_in_any_spelling(source, tmp_path, capsys, spelling):
    plain = torch.load(source)
    torch.save(SPELLINGS[spelling](plain), tmp_path / "other.pth")
    argument = f"--generator={tmp_path / 'other.pth'}"
    assert _run_spade(tmp_path / "w", argument, *SIZE) == 0
    printed = capsys.readouterr().out
    assert spelling in printed and f"{len(plain)} tensors" in printed
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == [
        "checkpoints",
        "config.json",
    ]


def test_a_file_with_two_generators_is_refused(source, tmp_path, capsys):
    plain = torch.load(source)
    torch.save({"netG": plain, "ema": plain}, tmp_path / "two.pth")
    argument = f"--generator={tmp_path / 'two.pth'}"
    assert _run_spade(tmp_path / "w", argument, *SIZE) == 1
    words = capsys.readouterr().err
    assert "two.pth" in words and "`ema.`, `netG.`" in words
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("is_old", [True, False])
def test_a_failed_conversion_leaves_the_folder_as_it_was(
    source, tmp_path, capsys, monkeypatch, is_old
):
    def fail(workdir, states):
        raise OSError("No space left on device")

    monkeypatch.setattr(conversion, "verify", fail)
    if is_old:
        (tmp_path / "w").mkdir()
        (tmp_path / "w/notes.txt").write_text("mine")
    assert _run_spade(tmp_path / "w", f"--generator={source}", *SIZE) == 1
    assert "No space left" in capsys.readouterr().err
    if is_old:
        assert [p.name for p in (tmp_path / "w").iterdir()] == ["notes.txt"]
    else:
        assert not (tmp_path / "w").exists()


def test_classes_come_from_a_csv_file(source, tmp_path):
    table = tmp_path / "classes.csv"
    lines = [f"{i},thing {i},{i},{i},{i}" for i in range(6)]
    table.write_text("\n".join(["id,name,r,g,b", *lines]))
    arguments = (
        f"--generator={source}",
        f"--classes={table}",
        "--unknown_id=5",
        *SIZE,
    )
    assert _run_spade(tmp_path / "w", *arguments) == 0
    classes = json.loads((tmp_path / "w/config.json").read_text())["classes"]
    assert classes["names"][3] == "thing 3"
    assert classes["unknown_id"] == 5


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--generator is missing"),
        (("--generator=nowhere.pth",), 1, "no file 'nowhere.pth'"),
        (("--generator={source}", "--foreign_option=3"), 2, "unknown flag"),
        (("--generator={source}", "--classes=mars"), 1, "neither a file nor"),
        (("--generator={source}", "--image_height=60"), 1, "multiple of 32"),
        (
            ("--generator={source}", "--classes=camvid", *SIZE),
            1,
            "do not fit this generator",
        ),
        (("--generator={text}",), 1, "text.pth"),
        (("--generator={other}",), 1, "no SPADE generator"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(
    source, tmp_path, capsys, arguments, code, words
):
    (tmp_path / "text.pth").write_text("no tensors\n" * 100)
    torch.save({"a.weight": torch.zeros(1)}, tmp_path / "other.pth")
    places = {
        "source": source,
        "text": tmp_path / "text.pth",
        "other": tmp_path / "other.pth",
    }
    arguments = [argument.format(**places) for argument in arguments]
    assert _run_spade(tmp_path / "w", *arguments) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def test_an_option_of_another_system_is_refused(source, tmp_path, capsys):
    argv = (
        "--system=cc_fpse",
        f"--generator={source}",
        "--resnet_blocks=3",
        f"--workdir={tmp_path / 'w'}",
    )
    code = command.execute(convert.main, convert.define_flags, argv)
    assert code == 2
    assert "no option --resnet_blocks" in capsys.readouterr().err


def test_a_work_directory_in_use_is_left_alone(source, tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}")
    assert _run_spade(tmp_path, f"--generator={source}") == 1
    assert "is in use" in capsys.readouterr().err
    assert (tmp_path / "config.json").read_text() == "{}"
