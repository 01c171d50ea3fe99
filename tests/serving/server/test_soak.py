"""Many requests: no error, and memory that does not grow."""

import gc
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.serving.server.layouts import make_layout

MAX_GROWTH = 0.02
WORKERS = 8


@pytest.mark.slow
def test_a_thousand_requests_leave_no_trace(exported_client):
    def ask(seed):
        inputs = {"layout_png": [make_layout(seed)], "seed": np.array([seed])}
        outputs = exported_client.predict("synthesize_png", inputs)
        assert outputs["image_png_bytes"][0].startswith(b"\x89PNG")

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(ask, range(500)))  # Threads and buffers find their size.
        before = resident_bytes()
        list(pool.map(ask, range(500, 1500)))
        after = resident_bytes()
    assert after / before < 1 + MAX_GROWTH, f"{before} -> {after} bytes"


def resident_bytes():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
