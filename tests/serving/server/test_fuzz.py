import pytest

from tests.serving.server.fuzzing import Fuzzer
from tests.serving.server.test_exported_model import QUICK, REQUESTS


@pytest.mark.parametrize(
    "count, names",
    [
        (80, QUICK),
        pytest.param(2000, tuple(REQUESTS), marks=pytest.mark.slow),
    ],
)
def test_no_request_breaks_the_server(
    exported_server, exported_client, count, names
):
    port = exported_server.rest_port
    fuzzer = Fuzzer(exported_client, port, seed=count, names=names)
    for _ in range(count // 40):
        assert fuzzer.run(40) == []
        request = REQUESTS["synthesize_png"]
        outputs = exported_client.predict("synthesize_png", request)
        assert outputs["image_png_bytes"][0].startswith(b"\x89PNG")
    assert exported_server.is_healthy()
