import json
import re

import numpy as np
import pytest
from PIL import Image

from tests.evaluation.sample_results import write_evaluation
from tf_semsynth.evaluation.report import write_report


@pytest.fixture
def write(tmp_path):
    def write(with_picture=False, name=None, **changes):
        write_evaluation(tmp_path, **changes)
        results = json.loads((tmp_path / "metrics.json").read_text())
        write_report(results, tmp_path, name, with_picture)
        return (tmp_path / "report.html").read_text()

    return write


def test_the_page_says_what_was_measured_and_how(write):
    page = write(name="My method")
    for words in (
        "Evaluation of My method",
        "Protocol toy, 0123456789ab",
        "12 synthesized pictures of 8 x 6 pixels",
        "j, weights aaaa",
        "f, weights bbbb, not those of published numbers",
        "Twelve pictures are few.",
        "Does each picture show its layout?",
        "Mean IoU 0.",
        "better than class mean colours (0.200)",
        "worse than real photos (0.800)",
        "Higher is better.",
        "Lower is better.",
        "Best pictures",
        "Worst pictures",
    ):
        assert words in page, words


def test_the_page_needs_no_other_file_and_no_host(write):
    page = write()
    assert "<script" not in page
    links = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert links and all(x.startswith("data:image/png;base64,") for x in links)
    assert "http" not in page.replace("http-equiv", "")
    assert "@import" not in page and "url(" not in page


def test_names_cannot_put_markup_into_the_page(write):
    page = write(name="<script>alert(1)</script>", warnings=["<img src=x>"])
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_picture_is_1600_pixels_wide(write, tmp_path):
    pytest.importorskip("matplotlib")
    write(with_picture=True)
    with Image.open(tmp_path / "report.png") as picture:
        assert picture.width == 1600
        pixels = np.asarray(picture)
    assert pixels.min() < 64 and pixels.mean() > 180  # Ink on white.


def test_strips_of_samples_are_shown(write):
    sample = {
        "key": "scene_00",
        "label": "labels/scene_00.png",
        "images": ["pictures/scene_00.png", "pictures/scene_01.png"],
    }
    assert "sample 2" in write(samples=[sample])
    assert "Diversity" not in write()


def test_distances_alone_make_a_report(write, tmp_path):
    page = write(
        scores={
            "kid4": {"value": 0.1, "std": 0.02, "better": "lower", "unit": ""}
        },
        networks={},
        ceiling={},
        floors={},
        per_class=[],
        confusion=[],
        confusion_columns=[],
        label_table=[],
        pictures=[],
        label_size=None,
        warnings=[],
    )
    assert "0.100 ± 0.020" in page
    assert "Classes" not in page


def test_a_report_is_written_without_arrays(write, tmp_path):
    write()
    (tmp_path / "evaluation.npz").unlink()
    results = json.loads((tmp_path / "metrics.json").read_text())
    write_report(results, tmp_path, with_picture=False)
    page = (tmp_path / "report.html").read_text()
    assert "bootstrap" not in page
