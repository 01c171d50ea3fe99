"""One process writes in a work directory, and the others are told who."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tf_semsynth.core import ownership

ROOT = Path(__file__).resolve().parents[2]
# Owns the folder, says so, and waits for its end.
HOLD = """
import sys, time
from tf_semsynth.core.ownership import owned
with owned(sys.argv[1], "training", print):
    print("mine", flush=True)
    time.sleep(60)
"""


def hold(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline() == "mine\n"
    return process


@pytest.fixture
def owner(tmp_path):
    process = hold(tmp_path / "w")
    yield process
    process.kill()
    process.wait()


def take(path, report=print):
    with ownership.owned(str(path), "training", report):
        return sorted(p.name for p in Path(path).iterdir())


def test_the_folder_is_left_as_it_was(tmp_path):
    assert take(tmp_path / "w") == [ownership.FILE]
    assert not (tmp_path / "w").exists()
    (tmp_path / "old").mkdir()
    take(tmp_path / "old")
    assert list((tmp_path / "old").iterdir()) == []


def test_an_error_gives_it_back(tmp_path):
    with pytest.raises(OSError, match="disk full"):
        with ownership.owned(str(tmp_path), "training"):
            raise OSError("disk full")
    take(tmp_path)


def test_a_second_process_is_told_who_has_it(owner, tmp_path):
    for ask in (take, lambda path: ownership.check_free(str(path))):
        with pytest.raises(ValueError) as error:
            ask(tmp_path / "w")
        words = str(error.value)
        assert f"{tmp_path / 'w'} is in use by another training" in words
        assert f"process {owner.pid} on host {socket.gethostname()}" in words
    assert owner.poll() is None


def test_the_best_state_belongs_to_the_owner_too(owner, tmp_path):
    (tmp_path / "w/best").mkdir()
    with pytest.raises(ValueError, match=r"w is in use"):
        take(tmp_path / "w/best")


def test_who_owns_the_best_state_holds_up_the_training_around_it(tmp_path):
    owner = hold(tmp_path / "w/best")
    with pytest.raises(ValueError, match=r"best is in use"):
        take(tmp_path / "w")
    owner.kill()
    owner.wait()
    take(tmp_path / "w")


def test_a_dead_owner_is_said_and_followed(owner, tmp_path):
    owner.kill()  # SIGKILL: it cannot clean up.
    owner.wait()
    assert (tmp_path / "w" / ownership.FILE).exists()
    words = []
    take(tmp_path / "w", words.append)
    (said,) = words
    assert f"process {owner.pid}" in said and "ended without a word" in said


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_gives_it_back(owner, tmp_path, kind):
    owner.send_signal(kind)
    assert owner.wait() in (143, -signal.SIGINT)
    assert not (tmp_path / "w").exists()


def write_owner(path, **changes):
    owner = ownership._describe_self("training")
    text = json.dumps({**owner, **changes})
    (path / ownership.FILE).write_text(text)


def test_an_owner_on_another_machine_is_refused_with_the_remedy(tmp_path):
    write_owner(tmp_path, host="elsewhere", process=1)
    before = (tmp_path / ownership.FILE).read_text()
    with pytest.raises(
        ValueError, match="process 1 on host elsewhere"
    ) as error:
        take(tmp_path)
    assert f"remove {tmp_path / ownership.FILE}" in str(error.value)
    assert (tmp_path / ownership.FILE).read_text() == before


def test_a_number_that_another_process_has_by_now_is_no_owner(tmp_path):
    # An own file that nobody has locked: the writer is dead.
    write_owner(tmp_path, process=os.getpid())
    words = []
    take(tmp_path, words.append)
    assert "ended without a word" in words[0]


def test_without_locks_the_start_of_the_process_tells(tmp_path, monkeypatch):
    monkeypatch.setattr(ownership, "_lock", lambda *args, **kwargs: None)
    write_owner(tmp_path)  # This very process.
    with pytest.raises(ValueError, match=f"process {os.getpid()}"):
        take(tmp_path)
    write_owner(tmp_path, start="another time")
    take(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_in_a_bucket_the_start_of_the_process_tells_too(tmp_path):
    bucket = f"file://{tmp_path}/w"
    with ownership.owned(bucket, "training"):
        with pytest.raises(ValueError, match=f"process {os.getpid()}"):
            with ownership.owned(bucket, "training"):
                pass
        assert (tmp_path / "w" / ownership.FILE).exists()
    assert not (tmp_path / "w").exists()


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / ownership.FILE).write_text("{")
    with pytest.raises(ValueError, match="in_use.json is damaged"):
        take(tmp_path)


def test_of_many_at_the_same_instant_one_gets_it(tmp_path):
    barrier, results = threading.Barrier(8), []
    done = threading.Event()

    def start():
        barrier.wait()
        try:
            with ownership.owned(str(tmp_path / "w"), "training"):
                results.append("mine")
                done.wait(10)
        except ValueError:
            results.append("in use")

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(results) < 8:
        done.wait(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["in use"] * 7 + ["mine"]
