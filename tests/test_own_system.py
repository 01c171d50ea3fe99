"""The page `docs/own_system.md` is run as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "own_system.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the page's file and a layout, after its commands."""
    folder = tmp_path_factory.mktemp("own_system")
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    (folder / "tinted.py").write_text(code, encoding="utf-8")
    layouts = folder / "my_layouts"
    layouts.mkdir()
    rows = np.repeat(np.arange(8, dtype="uint8"), 8)
    Image.fromarray(np.tile(rows[:, None], 96)).save(layouts / "bands.png")
    commands = re.search(r"```bash\n(.*?)```", PAGE, re.DOTALL)[1]
    for command in commands.strip().splitlines():
        words = command.replace("--num_steps=200", "--num_steps=40").split()
        run(folder, *words[1:])
    return folder


def run(folder, *arguments):
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    return finished


def test_the_file_has_about_sixty_lines():
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    assert sum(1 for line in code.splitlines() if line.strip()) <= 65


def test_it_trains_and_synthesizes(folder):
    picture = np.asarray(Image.open(folder / "my_pictures" / "bands.png"))
    assert picture.shape == (64, 96, 3)
    # Each band has got a colour of its own.
    bands = picture[4::8, 48].astype(int)
    assert np.abs(np.diff(bands, axis=0)).sum(1).min() > 0


def test_it_exports(folder):
    assert (folder / "exports" / "tinted" / "1" / "saved_model.pb").exists()


def test_a_command_without_the_plugin_names_it(folder):
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "tf_semsynth.export",
            "--workdir=runs/tinted",
            "--output=exports/tinted/2",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert "--plugin" in finished.stderr and "tinted.py" in finished.stderr
    assert "Traceback" not in finished.stderr
