"""The command `synthesize`, on work directories with random weights."""

import numpy as np
import pytest
from PIL import Image

from tests.exporting.conftest import tiny
from tests.workdirs import make_workdir
from tf_semsynth import synthesize
from tf_semsynth.core import command
from tf_semsynth.core.edges import make_edges
from tf_semsynth.core.pixels import to_uint8
from tf_semsynth.systems import registry


@pytest.fixture(scope="module")
def cc_fpse(tmp_path_factory):
    """A work directory of CC-FPSE with an encoder; pictures 128 x 64."""
    system = tiny("cc_fpse", use_encoder=True, image_width=128)
    return make_workdir(tmp_path_factory.mktemp("cc_fpse"), system)


@pytest.fixture(scope="module")
def spade(tmp_path_factory):
    """A work directory of SPADE with edges, without noise; 32 x 32."""
    system = tiny("spade", use_encoder=False, use_edges=True)
    return make_workdir(tmp_path_factory.mktemp("spade"), system)


def save_layouts(folder, names, height=64, width=128, seed=0):
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(seed)
    layouts = {}
    for name in names:
        blocks = rng.integers(8, size=(height // 8, width // 8), dtype="uint8")
        layouts[name] = blocks.repeat(8, axis=0).repeat(8, axis=1)
        Image.fromarray(layouts[name]).save(folder / f"{name}.png")
    return layouts


def run(workdir, tmp_path, *argv):
    return command.execute(
        synthesize.main,
        synthesize.define_flags,
        [
            f"--workdir={workdir}",
            f"--layouts={tmp_path / 'layouts'}",
            f"--output={tmp_path / 'out'}",
            *argv,
        ],
    )


def read(path):
    return np.asarray(Image.open(path))


def assert_close(image, expected):
    difference = image.astype(int) - np.asarray(expected).astype(int)
    assert np.abs(difference).max() <= 1


def test_each_layout_gets_its_picture(cc_fpse, tmp_path, capsys):
    layouts = save_layouts(tmp_path / "layouts", ("a", "b", "c"))
    assert run(cc_fpse, tmp_path, "--seed=7", "--batch_size=2") == 0
    system = registry.load_system(cc_fpse)
    for name, ids in layouts.items():
        image = system.synthesize({"class_ids": ids[np.newaxis]}, seed=[7])
        expected = to_uint8(np.asarray(image))[0]
        assert_close(read(tmp_path / "out" / f"{name}.png"), expected)
    printed = capsys.readouterr().out
    assert "3 layouts of 128 x 64 pixels" in printed
    assert "3/3 pictures" in printed
    sheet = read(tmp_path / "out_contact_sheet.png")
    assert sheet.shape[0] > 3 * 64 and sheet.shape[1] > 2 * 128


def test_the_sheet_of_many_layouts_is_no_strip(cc_fpse, tmp_path, capsys):
    names = [f"{k:02}" for k in range(40)]
    layouts = save_layouts(tmp_path / "layouts", names)
    assert run(cc_fpse, tmp_path) == 0
    assert "layouts (32 of 40): " in capsys.readouterr().out
    sheet = read(tmp_path / "out_contact_sheet.png")
    height, width = sheet.shape[:2]
    assert 0.5 < height / width < 2
    # Three blocks of eleven rows; the last layout is the tenth of the third.
    classes = registry.load_system(cc_fpse).classes
    for name, row, column in (("00", 0, 0), ("39", 9, 4)):
        top, left = 2 + row * (64 + 2), 2 + column * (128 + 2)
        found = sheet[top : top + 64, left : left + 128]
        np.testing.assert_array_equal(found, classes.colourise(layouts[name]))


def test_sample_k_has_seed_plus_k(cc_fpse, tmp_path):
    layouts = save_layouts(tmp_path / "layouts", ("a", "b"))
    arguments = "--num_samples=3", "--seed=5", "--batch_size=2"
    assert run(cc_fpse, tmp_path, *arguments) == 0
    system = registry.load_system(cc_fpse)
    for k in range(3):
        batch = {"class_ids": layouts["b"][np.newaxis]}
        expected = to_uint8(np.asarray(system.synthesize(batch, seed=[5 + k])))
        assert_close(read(tmp_path / "out" / f"b_{k}.png"), expected[0])
    assert len(list((tmp_path / "out").iterdir())) == 6


def test_a_style_picture_decides_in_place_of_the_seed(cc_fpse, tmp_path):
    save_layouts(tmp_path / "layouts", ("a",))
    rng = np.random.default_rng(3)
    style = rng.integers(256, size=(40, 50, 3), dtype="uint8")
    Image.fromarray(style).save(tmp_path / "style.jpg")
    flag = f"--style={tmp_path / 'style.jpg'}"
    assert run(cc_fpse, tmp_path, flag, "--seed=1") == 0
    first = read(tmp_path / "out" / "a.png")
    assert run(cc_fpse, tmp_path, flag, "--seed=2", "--overwrite") == 0
    np.testing.assert_array_equal(read(tmp_path / "out" / "a.png"), first)


def test_layouts_of_another_size_are_resized_and_it_is_said(
    spade, tmp_path, capsys
):
    layouts = save_layouts(tmp_path / "layouts", ("a",), 128, 192)
    assert run(spade, tmp_path) == 0
    assert "resized 1 of them to the model's 32 x 32 pixels by nearest" in (
        capsys.readouterr().out
    )
    picture = Image.fromarray(layouts["a"])
    ids = np.asarray(picture.resize((32, 32), Image.Resampling.NEAREST))
    system = registry.load_system(spade)
    expected = system.synthesize({"class_ids": ids[np.newaxis]})
    result = read(tmp_path / "out" / "a.png")
    assert_close(result, to_uint8(np.asarray(expected))[0])


def test_instances_give_the_borders(spade, tmp_path):
    layouts = save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    maps = save_layouts(tmp_path / "maps", ("a",), 32, 32, seed=5)
    assert run(spade, tmp_path, f"--instances={tmp_path / 'maps'}") == 0
    system = registry.load_system(spade)
    edges = make_edges(maps["a"][np.newaxis].astype("int32"))
    batch = {"class_ids": layouts["a"][np.newaxis], "edges": edges}
    expected = to_uint8(np.asarray(system.synthesize(batch)))[0]
    assert_close(read(tmp_path / "out" / "a.png"), expected)


def test_a_label_map_is_applied(spade, tmp_path):
    layouts = save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    table = tmp_path / "map.csv"
    table.write_text("".join(f"{i},{i // 2}\n" for i in range(8)))
    assert run(spade, tmp_path, f"--label_map={table}") == 0
    system = registry.load_system(spade)
    batch = {"class_ids": layouts["a"][np.newaxis] // 2}
    expected = to_uint8(np.asarray(system.synthesize(batch)))[0]
    assert_close(read(tmp_path / "out" / "a.png"), expected)


def assert_refused(code, capsys, *words, expected=1):
    captured = capsys.readouterr()
    assert code == expected
    assert captured.err.count("error:") == 1
    assert "Traceback" not in captured.err
    for word in words:
        assert word in captured.err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--num_samples=2"], "would be equal: this system draws no noise"),
        (["--style=x.jpg"], "needs the encoder"),
        (["--label_map=no.csv"], "no.csv"),
    ],
)
def test_what_the_system_cannot_do_is_refused(
    spade, tmp_path, capsys, flags, words
):
    save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    assert_refused(run(spade, tmp_path, *flags), capsys, words)
    assert not (tmp_path / "out").exists()


def test_what_cc_fpse_cannot_do_is_refused(cc_fpse, tmp_path, capsys):
    save_layouts(tmp_path / "layouts", ("a",))
    flag = f"--instances={tmp_path / 'layouts'}"
    code = run(cc_fpse, tmp_path, flag)
    assert_refused(code, capsys, "without instance borders")
    code = run(cc_fpse, tmp_path, "--style=x.jpg", "--num_samples=2")
    assert_refused(code, capsys, "a style picture decides")
    code = run(cc_fpse, tmp_path, "--style=x.jpg")
    assert_refused(code, capsys, "x.jpg")


def test_bad_layouts_are_refused_before_anything_is_written(
    spade, tmp_path, capsys
):
    save_layouts(tmp_path / "layouts", ("a", "b"), 32, 32)
    Image.new("L", (32, 32), 77).save(tmp_path / "layouts" / "bad.png")
    code = run(spade, tmp_path)
    assert_refused(code, capsys, "bad.png", "77 (1024 pixels)")
    (tmp_path / "layouts" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert_refused(run(spade, tmp_path), capsys, "bad.png")
    assert not (tmp_path / "out").exists()


def test_pictures_that_are_seen_otherwise_are_refused(
    cc_fpse, tmp_path, capsys
):
    save_layouts(tmp_path / "layouts", "a")
    exif = Image.Exif()
    exif[0x0112] = 6
    style = Image.new("RGB", (40, 50))
    style.save(tmp_path / "style.jpg", exif=exif)
    code = run(cc_fpse, tmp_path, f"--style={tmp_path / 'style.jpg'}")
    assert_refused(code, capsys, "style.jpg: has the EXIF orientation 6")
    style.save(tmp_path / "style.png", transparency=(0, 0, 0))
    code = run(cc_fpse, tmp_path, f"--style={tmp_path / 'style.png'}")
    assert_refused(code, capsys, "style.png: is partly transparent")
    code = run(cc_fpse, tmp_path, "--max_pixels=8191")
    assert_refused(code, capsys, "a.png: would unpack to 128 x 64 pixels")


def test_colours_that_nobody_gave_the_model_are_not_read(
    spade, tmp_path, capsys
):
    """The tiny model has the default palette, to show its classes."""
    (tmp_path / "layouts").mkdir()
    layout = Image.new("RGB", (32, 32), (0, 128, 0))
    layout.save(tmp_path / "layouts" / "a.png")
    code = run(spade, tmp_path)
    assert_refused(code, capsys, "a.png: holds colours")
    code = run(spade, tmp_path, "--label_encoding=colour")
    assert_refused(code, capsys, "--label_encoding=colour reads labels by")


def test_an_empty_folder_and_a_missing_one_are_refused(spade, tmp_path, capsys):
    assert_refused(run(spade, tmp_path), capsys, "does not exist")
    (tmp_path / "layouts").mkdir()
    assert_refused(run(spade, tmp_path), capsys, "no PNG in this folder")


def test_a_folder_that_is_no_work_directory_is_refused(tmp_path, capsys):
    save_layouts(tmp_path / "layouts", ("a",))
    code = run(tmp_path, tmp_path)
    assert_refused(code, capsys, "config.json")


def test_old_pictures_are_not_replaced_without_a_flag(spade, tmp_path, capsys):
    save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"old")
    assert_refused(run(spade, tmp_path), capsys, "a.png", "--overwrite")
    assert (tmp_path / "out" / "a.png").read_bytes() == b"old"


def test_layouts_are_never_replaced(spade, tmp_path, capsys):
    save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    code = run(
        spade, tmp_path, f"--output={tmp_path / 'layouts'}", "--overwrite"
    )
    assert_refused(code, capsys, "would replace the inputs")


def test_pictures_of_layouts_in_folders_lie_in_folders(spade, tmp_path):
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    for name in ("day1", "day2"):
        save_layouts(layouts / name, ("a",), 32, 32)
    assert run(spade, tmp_path) == 0
    for name in ("day1", "day2"):
        assert read(tmp_path / "out" / name / "a.png").shape == (32, 32, 3)


def test_pictures_among_the_layouts_are_refused(spade, tmp_path, capsys):
    save_layouts(tmp_path / "layouts", ("a",), 32, 32)
    code = run(spade, tmp_path, f"--output={tmp_path / 'layouts' / 'out'}")
    assert_refused(code, capsys, "lies in the folder of --layouts")


def test_a_missing_flag_is_named(tmp_path, capsys):
    code = command.execute(synthesize.main, synthesize.define_flags, [])
    assert_refused(code, capsys, "--workdir is missing", expected=2)
