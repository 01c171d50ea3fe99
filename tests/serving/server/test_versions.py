import shutil
import threading
import time

import numpy as np
import pytest

from tests.serving.server.saved_models import write_warm_up
from tf_semsynth_serving.server.metrics import Metrics
from tf_semsynth_serving.server.options import Options
from tf_semsynth_serving.server.servable import Servable
from tf_semsynth_serving.server.status import RequestError
from tf_semsynth_serving.server.versions import Versions

REQUEST = {
    "class_ids": np.zeros((1, 1, 1), "int32"),
    "seed": np.zeros(1, "int64"),
}
PATIENCE = 60  # Seconds; a test that works needs a fraction.


@pytest.fixture
def start():
    """Starts `Versions` with real servables."""
    started = []

    def start(model_dir, **fields):
        options = Options(model_dir=str(model_dir), poll_seconds=0.02, **fields)
        metrics = Metrics()
        versions = Versions(
            options, lambda v, path: Servable(v, path, options, metrics)
        )
        started.append(versions)
        versions.start()
        return versions

    yield start
    for versions in started:
        versions.stop()


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "Nothing happened."
        time.sleep(0.01)


def states(versions):
    return {v: status.state for v, status in versions.statuses().items()}


def has_ended(versions, version):
    return states(versions).get(version) == "END"


def latest(versions):
    with versions.acquire().in_use() as servable:
        return servable.version


def copy(small_versions, model_dir, version):
    """Puts a version into place at once, as an export does."""
    unfinished = model_dir / f"{version}.unfinished"
    shutil.copytree(small_versions / str(version), unfinished)
    unfinished.rename(model_dir / str(version))


def refusal_of(function, *arguments):
    with pytest.raises(RequestError) as refusal:
        function(*arguments)
    return refusal.value.code, refusal.value.message


def test_the_latest_version_is_served(start, small_versions):
    versions = start(small_versions)
    assert latest(versions) == 2
    assert states(versions) == {2: "AVAILABLE"}  # Nobody wants 1.
    code, words = refusal_of(versions.acquire, 1)
    assert code == "NOT_FOUND"
    assert words.startswith("Servable not found for request: Specific(both, 1)")
    assert "loaded: 2" in words


@pytest.mark.parametrize("asked", ["all", "1,2"])
def test_several_versions_are_served_side_by_side(start, small_versions, asked):
    versions = start(small_versions, versions=asked)
    assert states(versions) == {2: "AVAILABLE", 1: "AVAILABLE"}
    assert latest(versions) == 2
    with versions.acquire(1).in_use() as servable:
        assert servable.version == 1


def test_a_chosen_version_is_served_and_no_other(start, small_versions):
    versions = start(small_versions, versions="1")
    assert latest(versions) == 1
    assert states(versions) == {1: "AVAILABLE"}


def test_labels_name_versions_and_keep_them(start, small_versions):
    versions = start(small_versions, version_labels="stable=1,next=7")
    assert latest(versions) == 2
    with versions.acquire(label="stable").in_use() as servable:
        assert servable.version == 1
    assert refusal_of(versions.acquire, None, "next")[0] == "NOT_FOUND"
    code, words = refusal_of(versions.acquire, None, "mine")
    assert code == "INVALID_ARGUMENT"
    assert "label: mine. Labels" in words and "next, stable" in words


def test_a_new_version_takes_over(start, small_versions, model_dir):
    versions = start(model_dir)
    assert latest(versions) == 1
    copy(small_versions, model_dir, 2)
    wait_for(lambda: latest(versions) == 2)
    wait_for(lambda: states(versions) == {2: "AVAILABLE", 1: "END"})
    assert versions.statuses()[1].code == "OK"


def test_the_old_version_stays_until_its_requests_are_answered(
    start, small_versions, model_dir
):
    versions = start(model_dir)
    with versions.acquire().in_use() as old:
        copy(small_versions, model_dir, 2)
        wait_for(lambda: states(versions)[1] == "UNLOADING")
        assert latest(versions) == 2
        time.sleep(0.1)
        assert states(versions)[1] == "UNLOADING"
        future = old.submit("serving_default", REQUEST, float("inf"))
        assert future.exception(10) is None
    wait_for(lambda: has_ended(versions, 1))


def test_removing_a_version_goes_back_to_the_one_before(
    start, small_versions, model_dir
):
    copy(small_versions, model_dir, 2)
    versions = start(model_dir)
    assert latest(versions) == 2
    shutil.rmtree(model_dir / "2")
    wait_for(lambda: latest(versions) == 1)
    copy(small_versions, model_dir, 2)
    wait_for(lambda: latest(versions) == 2)


def test_the_last_version_stays_when_all_folders_are_gone(start, model_dir):
    versions = start(model_dir)
    model_dir.rename(model_dir.with_name("away"))
    time.sleep(0.1)
    assert latest(versions) == 1
    model_dir.with_name("away").rename(model_dir)
    time.sleep(0.1)
    assert latest(versions) == 1


def test_a_broken_version_is_reported_and_the_old_one_goes_on(
    start, small_versions, model_dir, caplog
):
    versions = start(model_dir)
    copy(small_versions, model_dir, 2)
    path = model_dir / "2" / "saved_model.pb"
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    wait_for(
        lambda: versions.statuses().get(2) and states(versions)[2] == "END"
    )
    status = versions.statuses()[2]
    assert status.code == "DATA_LOSS" and "saved_model.pb" in status.message
    assert latest(versions) == 1
    (message,) = [m for m in caplog.messages if "cannot be loaded" in m]
    assert "Version 2 of small" in message and "go on: 1" in message
    time.sleep(0.1)  # It is not tried, and told, again and again.
    assert sum("cannot be loaded" in m for m in caplog.messages) == 1
    path.write_bytes(good)
    wait_for(lambda: latest(versions) == 2)


def test_a_half_written_version_waits_for_the_rest(
    start, small_versions, model_dir
):
    versions = start(model_dir)
    shutil.copytree(small_versions / "2" / "variables", model_dir / "2")
    wait_for(lambda: has_ended(versions, 2))
    status = versions.statuses()[2]
    assert status.code == "NOT_FOUND" and "no saved_model.pb" in status.message
    assert latest(versions) == 1
    shutil.copytree(small_versions / "2", model_dir / "2", dirs_exist_ok=True)
    wait_for(lambda: latest(versions) == 2)


def test_truncated_weights_are_refused(start, small_versions, model_dir):
    versions = start(model_dir)
    copy(small_versions, model_dir, 2)
    (data,) = (model_dir / "2" / "variables").glob("*.data*")
    data.write_bytes(data.read_bytes()[:2])
    wait_for(lambda: has_ended(versions, 2))
    assert versions.statuses()[2].code != "OK"
    assert latest(versions) == 1


def test_a_version_whose_warm_up_fails_is_broken(
    start, small_versions, model_dir
):
    versions = start(model_dir)
    unfinished = model_dir / "unfinished"
    shutil.copytree(small_versions / "2", unfinished)
    write_warm_up(unfinished, [("describe", {"version": [1]}), ("nothing", {})])
    unfinished.rename(model_dir / "2")
    wait_for(lambda: has_ended(versions, 2))
    assert "Warm-up record 1" in versions.statuses()[2].message
    assert latest(versions) == 1


def test_at_start_a_broken_latest_version_is_passed_over(
    start, small_versions, model_dir
):
    copy(small_versions, model_dir, 2)
    (model_dir / "2" / "saved_model.pb").write_bytes(b"nothing")
    versions = start(model_dir)
    assert latest(versions) == 1
    assert states(versions) == {2: "END", 1: "AVAILABLE"}


def test_no_version_at_all_is_an_error_with_the_remedy(start, tmp_path):
    with pytest.raises(OSError, match="No such file"):
        start(tmp_path / "nowhere")
    with pytest.raises(OSError, match="no version.*pass the folder above"):
        start(tmp_path)
    (tmp_path / "1").mkdir()
    with pytest.raises(ValueError, match="Version 1: .*no saved_model.pb"):
        start(tmp_path)


def test_swaps_fail_no_request(start, small_versions, model_dir):
    """Threads ask all the time while versions come and go."""
    versions = start(model_dir)
    stop = threading.Event()
    answers, errors = set(), []

    def work():
        while not stop.is_set():
            try:
                with versions.acquire().in_use() as servable:
                    future = servable.submit(
                        "serving_default", REQUEST, float("inf")
                    )
                    answers.add(int(future.result(30)["image"][0, 0, 0, 0]))
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        copy(small_versions, model_dir, 2)
        wait_for(lambda: latest(versions) == 2)
        wait_for(lambda: has_ended(versions, 1))
        shutil.rmtree(model_dir / "2")
        wait_for(lambda: latest(versions) == 1)
        wait_for(lambda: has_ended(versions, 2))
    stop.set()
    for thread in threads:
        thread.join(30)
    assert not errors
    assert answers == {10, 20}
