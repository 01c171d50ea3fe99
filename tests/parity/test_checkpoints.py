"""The authors' PyTorch files, in all formats, give the official pictures."""

import numpy as np
import pytest

from tests.parity.fixtures import Fixture, assert_close, fixture_files, to_nhwc
from tests.parity.systems import build_for_layout, layout_of
from tf_semsynth.porting.torch_files import read_state

pytest.importorskip("torch", reason="reads PyTorch files")

files = [
    path
    for system in ("cc_fpse", "spade")
    for path in fixture_files(system, "checkpoint")
]


def read(fixture, kind):
    return read_state(fixture.neighbour(fixture.meta["files"][kind]))


@pytest.mark.parametrize("path", files)
def test_every_format_gives_the_official_picture(path):
    fixture = Fixture(path)
    system = build_for_layout(fixture)
    layout, latent = layout_of(fixture), fixture.inputs.get("z")
    outputs = fixture.outputs("eval")
    for kind in fixture.meta["files"]:
        system.load_official_weights(generator=read(fixture, kind))
        image = system.generator(layout, latent, training=False)
        official = outputs.get(f"image_{kind}", outputs["image"])
        assert_close(image, to_nhwc(official), name=kind)


@pytest.mark.parametrize("path", files)
def test_new_formats_hold_the_official_state(path):
    fixture = Fixture(path)
    expected = fixture.state()
    for kind in fixture.meta["files"]:
        state = read(fixture, kind)
        if any(key not in state for key in expected):
            continue  # The old spectral format: other keys, other numbers.
        assert set(state) == set(expected)
        for key, value in expected.items():
            np.testing.assert_array_equal(state[key], value)
