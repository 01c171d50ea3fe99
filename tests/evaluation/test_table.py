"""The table for the terminal."""

from tf_semsynth.evaluation.table import make_table

RESULTS = {
    "protocol": {"name": "p", "hash": "0123456789ab"},
    "networks": {"judge": {"name": "j", "fingerprint": "f" * 16}},
    "num_images": 3,
    "num_reference": 4,
    "image_size": [16, 12],
    "scores": {
        "mean_iou": {"value": 0.51234, "std": None, "better": "higher"},
        "frechet9": {"value": 3315.18, "std": None, "better": "lower"},
    },
    "ceiling": {"mean_iou": 0.9},
    "floors": {"class_mean_colours": {"mean_iou": 0.2, "frechet9": 9.0}},
    "warnings": ["Few pictures."],
}


def test_the_table_shows_scores_beside_ceiling_and_floors():
    lines = make_table(RESULTS).splitlines()
    assert lines[0].split() == ["score", "photos", "mean", "colours", "better"]
    assert lines[2].split() == ["mean_iou", "0.5123", "0.9000", "0.2000",
                                "higher"]  # fmt: skip
    assert lines[3].split() == ["frechet9", "3315.2", "9.0000", "lower"]
    assert "p 0123456789ab, 3 pictures of 16 x 12" in lines[5]
    assert lines[-1] == "note: Few pictures."
    assert max(map(len, lines)) <= 80


def test_scores_under_perturbed_layouts_follow():
    entry = {"changed_pixels": 0.05, "scores": {"mean_iou": 0.25}}
    lines = make_table({**RESULTS, "robustness": {"borders": entry}})
    lines = lines.splitlines()
    assert lines[5].split() == ["perturbed", "layouts", "none", "borders"]
    assert lines[8].split() == ["mean_iou", "0.5123", "0.2500"]
    assert lines[9] == "" and lines[10].startswith("protocol p")
