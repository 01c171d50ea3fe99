import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tf_semsynth.training.interruption import Interruption

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_to_stop(kind, capsys):
    before = signal.getsignal(kind)
    with Interruption() as interruption:
        assert not interruption.wants_stop()
        signal.raise_signal(kind)
        assert interruption.wants_stop()
        assert interruption.signal == kind
    assert kind.name in capsys.readouterr().out
    assert signal.getsignal(kind) == before


def test_a_second_signal_interrupts_at_once():
    with Interruption() as interruption, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
        # While other threads run, Python may take a moment to handle it, and
        # two signals that wait are handled as one.
        while not interruption.wants_stop():
            time.sleep(0.001)
        signal.raise_signal(signal.SIGINT)
        for _ in range(1000):
            time.sleep(0.001)


def test_other_threads_leave_signals_alone():
    before = signal.getsignal(signal.SIGTERM)

    def work():
        with Interruption() as interruption:
            assert signal.getsignal(signal.SIGTERM) == before
            assert not interruption.wants_stop()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


# What was there before would hold a second signal up, as a long step does.
WAIT = """
import signal, time
from tf_semsynth.training.interruption import Interruption
def wait():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        time.sleep(0.01)
signal.signal(signal.SIGTERM, lambda *received: None)
with Interruption():
    print("ready", flush=True)
    wait()
"""


def test_a_second_sigterm_ends_the_process_on_the_spot():
    process = subprocess.Popen(
        [sys.executable, "-c", WAIT],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.stdout.readline() == "\n"
    assert "SIGTERM: stopping" in process.stdout.readline()
    process.terminate()
    assert process.wait() == -signal.SIGTERM
