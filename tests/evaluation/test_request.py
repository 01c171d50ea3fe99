"""Requests."""

from tf_semsynth.evaluation.protocols import PROTOCOLS
from tf_semsynth.evaluation.request import Request


def test_a_request_knows_what_its_metrics_need():
    protocol = PROTOCOLS["camvid_judges"]
    request = Request({}, "out", protocol, ["kid", "psnr"])
    assert request.needs("features") and request.needs("judge", "photos")
    assert not request.needs("judge", "lpips")
