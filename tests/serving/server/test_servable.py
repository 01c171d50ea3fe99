import threading
import time

import numpy as np
import pytest

from tests.serving.server.asking import layout_request
from tf_semsynth_serving.server.metrics import Metrics
from tf_semsynth_serving.server.options import Options
from tf_semsynth_serving.server.servable import Servable
from tf_semsynth_serving.server.status import RequestError

SLOW = {"spins": np.array([20000], "int32")}  # A second.
FOREVER = float("inf")


@pytest.fixture
def servable(small_versions):
    folder = str(small_versions / "1")
    return Servable(1, folder, Options(max_batch_size=1), Metrics())


def test_a_quick_signature_does_not_wait_for_a_slow_one(servable):
    servable.acquire()
    # The first request of a signature takes longer.
    servable.submit("serving_default", layout_request(), FOREVER).result(60)
    slow = servable.submit("slow", SLOW, FOREVER)
    quick = servable.submit("serving_default", layout_request(), FOREVER)
    quick.result(60)
    assert not slow.done()
    slow.result(60)
    servable.release()
    servable.unload()


def test_unloading_waits_for_its_users(servable):
    servable.acquire()
    unloader = threading.Thread(target=servable.unload)
    unloader.start()
    time.sleep(0.05)
    assert unloader.is_alive()
    futures = [servable.submit("slow", SLOW, FOREVER) for _ in range(2)]
    time.sleep(0.05)
    assert servable.queue_length() == 1
    assert [future.exception(60) for future in futures] == [None, None]
    servable.release()
    unloader.join(10)
    assert not unloader.is_alive()


def test_an_unloaded_servable_takes_nothing(servable):
    servable.unload()
    with pytest.raises(RequestError) as refusal:
        servable.submit("slow", SLOW, FOREVER)
    assert refusal.value.code == "UNAVAILABLE"
