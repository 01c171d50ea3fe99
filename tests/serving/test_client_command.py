"""The command: files in, files out, and words for what goes wrong."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.serving.fake_server import (
    HEIGHT,
    WIDTH,
    FakeModel,
    Fault,
    serve_rest,
)
from tf_semsynth_serving import retries
from tf_semsynth_serving.client_command import main

LAYOUT = np.arange(HEIGHT * WIDTH, dtype="uint8").reshape(HEIGHT, WIDTH) % 3


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def run(model):
    """Runs the command against the server."""
    with serve_rest(model) as server:

        def run(*arguments):
            parts = ["--server", server, "--model_name=fake", *arguments]
            return main([str(part) for part in parts])

        yield run


@pytest.fixture
def layout(tmp_path):
    return write_layout(tmp_path / "city.png")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "layouts"
    folder.mkdir()
    for number in (10, 2, 1):
        write_layout(folder / f"city_{number}.png", LAYOUT)
    return folder


def write_layout(path, class_ids=LAYOUT):
    Image.fromarray(class_ids).save(path)
    return path


def seed_of(path):
    return int(np.asarray(Image.open(path))[0, 0, 1])


def fail(code):
    def answer():
        raise Fault(code)

    return answer


def test_one_layout_makes_one_picture(run, layout, tmp_path, capsys):
    output = tmp_path / "pictures" / "city.png"
    assert run("--layout", layout, "--seed=7", "--output", output) == 0
    picture = np.asarray(Image.open(output))
    np.testing.assert_array_equal(picture[..., 0], LAYOUT)
    assert seed_of(output) == 7
    assert "Wrote 1 picture to" in capsys.readouterr().out
    assert os.listdir(output.parent) == ["city.png"]  # Nothing unfinished.


def test_the_suffix_decides_the_format(run, layout, tmp_path):
    sizes = []
    for quality in (50, 95):
        output = tmp_path / f"{quality}.jpg"
        code = run(
            "--layout", layout, "--output", output, f"--quality={quality}"
        )
        assert code == 0
        assert Image.open(output).format == "JPEG"
        sizes.append(output.stat().st_size)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    "flags, words",
    [
        (["--output=city.gif"], ".png or .jpg"),
        (["--output=city.png", "--format=jpg"], "contradict"),
        (["--output=city.jpg", "--quality=0"], "--quality must be"),
        (["--output=city.jpg", "--layout=nothing.png"], "no file"),
        (["--output=city.jpg", "--api_token_file=none"], "none"),
        (["--output=city.jpg", "--server=localhost"], "localhost:8500"),
        (["--output=city.jpg", "--ca_file=none.pem"], "none.pem: No such"),
        (["--output=city.jpg", f"--ca_file={__file__}"], "BEGIN CERTIFICATE"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    run, layout, flags, words, capsys
):
    assert run("--layout", layout, *flags) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: ") and words in errors
    assert "Traceback" not in errors


def test_a_mistyped_flag_ends_with_2(run, capsys):
    for flags in (["--sed=1"], ["--version=one"], ["--layout=city.png"]):
        with pytest.raises(SystemExit) as end:
            run(*flags)
        assert end.value.code == 2


def test_several_seeds_are_numbered(run, layout, tmp_path, model):
    output = tmp_path / "city.png"
    flags = ["--layout", layout, "--output", output]
    layout.rename(tmp_path / "layout.png")
    flags[1] = tmp_path / "layout.png"
    assert run(*flags, "--seeds=5,1,9") == 0
    names = ["city_0.png", "city_1.png", "city_2.png"]
    assert [seed_of(tmp_path / name) for name in names] == [5, 1, 9]
    assert len(model.requests) == 1  # The layout is prepared once.
    assert run(*flags, "--seed=3", "--num_samples=2", "--overwrite") == 0
    assert [seed_of(tmp_path / name) for name in names] == [3, 4, 9]


def test_a_folder_makes_a_folder(run, folder, tmp_path, capsys):
    (folder / "notes.txt").write_text("no layout")
    output = tmp_path / "pictures"
    assert run("--layout", folder, "--output", output, "--format=jpg") == 0
    assert sorted(os.listdir(output)) == [
        "city_1.jpg",
        "city_10.jpg",
        "city_2.jpg",
    ]
    text = capsys.readouterr().out
    assert "no PNG: 1 file" in text and "3/3 layouts" in text


def test_faults_are_collected_and_the_others_written(
    run, folder, tmp_path, capsys
):
    write_layout(folder / "city_2.png", LAYOUT + 7)
    (folder / "city_3.png").write_bytes(b"nothing")
    output = tmp_path / "pictures"
    assert run("--layout", folder, "--output", output) == 1
    assert sorted(os.listdir(output)) == ["city_1.png", "city_10.png"]
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "error: 2 layouts failed."
    assert "city_2.png holds values that are no class: 7" in lines[1]
    assert "city_3.png is no PNG" in lines[2]


def test_existing_pictures_are_kept(run, folder, tmp_path, capsys, model):
    output = tmp_path / "pictures"
    output.mkdir()
    old = output / "city_2.png"
    old.write_bytes(b"precious")
    flags = ["--layout", folder, "--output", output]
    assert run(*flags) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert os.listdir(output) == ["city_2.png"] and model.asked == 0
    assert run(*flags, "--skip_existing") == 0
    assert old.read_bytes() == b"precious" and len(model.requests) == 2
    assert run(*flags, "--overwrite") == 0
    assert seed_of(old) == 0
    assert run(*flags, "--skip_existing") == 0
    assert len(model.requests) == 5


def test_layouts_are_never_written_over(run, folder, layout, capsys):
    assert run("--layout", folder, "--output", folder, "--overwrite") == 1
    assert "folder of the layouts" in capsys.readouterr().err
    assert run("--layout", folder, "--output", layout) == 1
    assert run("--layout", layout, "--output", layout, "--overwrite") == 1
    assert "the layout itself" in capsys.readouterr().err


def test_two_layouts_of_one_name_are_refused(run, folder, tmp_path, capsys):
    write_layout(folder / "a.png")
    write_layout(folder / "a_0.png")
    flags = ["--layout", folder, "--output", tmp_path / "pictures"]
    (folder / "A.PNG").write_bytes((folder / "a.png").read_bytes())
    (folder / "a.PNG").write_bytes((folder / "a.png").read_bytes())
    assert run(*flags) == 1
    assert "would both make a.png" in capsys.readouterr().err


def test_a_server_that_is_gone_is_told_with_the_way_on(
    run, folder, tmp_path, model, capsys, monkeypatch
):
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.01)
    model.script += 99 * [fail("UNAVAILABLE")]
    flags = ["--layout", folder, "--output", tmp_path / "out", "--in_flight=1"]
    assert run(*flags, "--retries=1") == 1
    errors = capsys.readouterr().err
    assert "2 more were not tried" in errors and "--skip_existing" in errors
    assert len(model.requests) == 2


def test_a_fault_of_all_layouts_is_told_once(run, folder, tmp_path, capsys):
    flags = ["--layout", folder, "--output", tmp_path / "out", "--version=9"]
    assert run(*flags) == 1
    assert capsys.readouterr().err.count("NOT_FOUND") == 1


def test_a_style_picture_takes_the_place_of_the_noise(
    run, layout, tmp_path, model, capsys
):
    style = tmp_path / "style.png"
    Image.new("RGB", (3, 2)).save(style)
    flags = ["--layout", layout, "--output", tmp_path / "x.png"]
    assert run(*flags, "--style", style) == 0
    assert model.requests[-1][1] == "synthesize_with_style"
    assert run(*flags, "--style", style, "--num_samples=2") == 1
    assert "would be equal" in capsys.readouterr().err


def test_what_the_model_cannot_do_is_told_once(
    run, folder, tmp_path, model, capsys
):
    model.signatures = ("describe", "synthesize_png")
    flags = ["--layout", folder, "--output", tmp_path / "out"]
    assert run(*flags, "--num_samples=2") == 1
    assert capsys.readouterr().err.count("draws no noise") == 1
    style = write_layout(tmp_path / "style.png")
    assert run(*flags, "--style", style) == 1
    assert capsys.readouterr().err.count("no encoder") == 1


def test_the_token_comes_from_a_file(run, layout, tmp_path, model, capsys):
    model.token = "secret"
    token = tmp_path / "token"
    token.write_text("secret\n")
    flags = ["--layout", layout, "--output", tmp_path / "x.png"]
    assert run(*flags) == 1
    assert "--api_token_file" in capsys.readouterr().err
    assert run(*flags, "--api_token_file", token) == 0


def test_resize_and_label_encoding_reach_the_reader(
    run, layout, tmp_path, capsys
):
    write_layout(layout, LAYOUT.repeat(2, axis=0).repeat(2, axis=1))
    flags = ["--layout", layout, "--output", tmp_path / "x.png"]
    assert run(*flags) == 1
    assert "--resize" in capsys.readouterr().err
    assert run(*flags, "--resize", "--label_encoding=index") == 0
    picture = np.asarray(Image.open(tmp_path / "x.png"))
    np.testing.assert_array_equal(picture[..., 0], LAYOUT)


def test_describe_lists_what_a_user_needs(run, capsys):
    assert run("--describe") == 0
    text = capsys.readouterr().out
    assert "4 x 6 pixels" in text and "version 1: AVAILABLE" in text
    assert "synthesize_with_style" in text
    assert "    2  #804080  road" in text


def test_the_flag_rest_makes_an_address_of_rest(model, layout, tmp_path):
    with serve_rest(model) as server:
        code = main(
            [
                "--rest",
                f"--server={server.removeprefix('http://')}",
                "--model_name=fake",
                f"--layout={layout}",
                f"--output={tmp_path / 'x.png'}",
            ]
        )
    assert code == 0


def test_rest_needs_numpy_and_pillow_alone(model, layout, tmp_path):
    """Runs the command in a process that cannot import anything else."""
    program = """
import importlib.abc, sys

FORBIDDEN = {
    "absl", "google", "grpc", "keras", "requests", "tensorflow",
    "tensorflow_serving", "tf_semsynth", "tqdm",
}

class Forbid(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in FORBIDDEN:
            raise ImportError(f"{name} is forbidden here", name=name)

sys.meta_path.insert(0, Forbid())
from tf_semsynth_serving.client_command import main
code = main(sys.argv[1:])
known = {*sys.stdlib_module_names, "numpy", "PIL", "tf_semsynth_serving"}
others = {name.partition(".")[0] for name in sys.modules} - known
print(sorted(n for n in others if not n.startswith(("_", "sitecustom"))))
sys.exit(code)
"""
    with serve_rest(model) as server:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                program,
                f"--server={server}",
                "--model_name=fake",
                f"--layout={layout}",
                f"--output={tmp_path / 'x.jpg'}",
            ],
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    assert Image.open(tmp_path / "x.jpg").size == (WIDTH, HEIGHT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_grpc_without_its_packages_is_told_with_the_remedy(layout, tmp_path):
    program = (
        "import sys; sys.modules['grpc'] = None\n"
        "from tf_semsynth_serving.client_command import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            f"--layout={layout}",
            f"--output={tmp_path / 'x.png'}",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "tf_semsynth_serving[grpc]" in done.stderr
    assert "http://localhost:8501" in done.stderr


def test_the_module_client_is_the_command(layout, tmp_path, model):
    with serve_rest(model) as server:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tf_semsynth_serving.client",
                f"--server={server}",
                "--model_name=fake",
                f"--layout={layout}",
                f"--output={tmp_path / 'x.png'}",
            ],
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_pictures_of_a_server_that_are_damaged_are_not_written(
    run, layout, tmp_path, monkeypatch, capsys
):
    from tests.serving import fake_server

    monkeypatch.setattr(fake_server, "draw", lambda *_: b"\x89PNG nothing")
    for name in ("x.png", "x.jpg"):
        output = tmp_path / name
        assert run("--layout", layout, "--output", output) == 1
        assert "is damaged" in capsys.readouterr().err
        assert not output.exists()


def test_bytes_are_the_servers_own(run, layout, tmp_path):
    from tests.serving.fake_server import draw

    output = tmp_path / "x.png"
    run("--layout", layout, "--output", output, "--seed=5")
    file = io.BytesIO()
    Image.fromarray(LAYOUT).save(file, "PNG")
    assert output.read_bytes() == draw(file.getvalue(), 5, 1)
