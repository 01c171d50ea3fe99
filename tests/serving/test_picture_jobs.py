"""Layouts are paired with pictures, in an order that people expect."""

import pytest

from tf_semsynth_serving.picture_jobs import (
    find_jobs,
    leave_out_existing,
    refuse_existing,
)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "layouts"
    folder.mkdir()
    for name in ("10.png", "9.PNG", "b.png", "a.txt"):
        (folder / name).touch()
    return folder


def test_a_folder_is_in_natural_order(folder, tmp_path):
    jobs, format, others = find_jobs(folder, tmp_path / "out", None, 1)
    assert [job.layout.name for job in jobs] == ["9.PNG", "10.png", "b.png"]
    assert [job.outputs[0].name for job in jobs] == [
        "9.png",
        "10.png",
        "b.png",
    ]
    assert format == "png" and others == 1


def test_variants_are_numbered(folder, tmp_path):
    jobs, _, _ = find_jobs(folder, tmp_path / "out", "jpg", 2)
    assert [p.name for p in jobs[0].outputs] == ["9_0.jpg", "9_1.jpg"]
    output = tmp_path / "x.jpeg"
    (job,), format, _ = find_jobs(folder / "10.png", output, None, 2)
    assert [p.name for p in job.outputs] == ["x_0.jpeg", "x_1.jpeg"]
    assert format == "jpg"


def test_names_that_meet_are_refused(folder, tmp_path):
    (folder / "b_0.png").touch()
    find_jobs(folder, tmp_path / "out", None, 1)
    (folder / "b.PNG").touch()
    with pytest.raises(ValueError, match="would both make b.png"):
        find_jobs(folder, tmp_path / "out", None, 1)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no PNG"):
        find_jobs(tmp_path, tmp_path / "out", None, 1)


def test_existing_pictures_are_found(folder, tmp_path):
    jobs, _, _ = find_jobs(folder, tmp_path, None, 2)
    refuse_existing(jobs)
    (tmp_path / "9_0.png").touch()
    with pytest.raises(OSError, match="9_0.png"):
        refuse_existing(jobs)
    assert leave_out_existing(jobs) == jobs  # One of two is missing.
    (tmp_path / "9_1.png").touch()
    assert leave_out_existing(jobs) == jobs[1:]
