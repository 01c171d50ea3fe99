"""The published ADE20K networks, in full size, give the official pictures."""

import numpy as np
import pytest

from tests.parity.checks import count_official_parameters
from tests.parity.fixtures import Fixture, assert_close, fixture_files, to_nhwc
from tests.parity.recording import recorded
from tests.parity.systems import build_for, labelled_layout
from tests.parity.test_generators import generator_points

# SPADE's needs 2 GB and a few seconds, CC-FPSE's three times as much.
files = [
    *fixture_files("spade", "generator_full"),
    *(
        pytest.param(*file.values, id=file.id, marks=[*file.marks, slow])
        for slow in [pytest.mark.slow]
        for file in fixture_files("cc_fpse", "generator_full")
    ),
]


@pytest.mark.parametrize("path", files)
def test_full_size_generator(path):
    fixture = Fixture(path)
    layout, fields = labelled_layout(fixture)
    system = build_for(fixture, *layout["class_ids"].shape[1:], **fields)
    state = fixture.state()
    generator = system.generator
    unused = system.UNUSED_OFFICIAL_KEYS
    count = count_official_parameters(generator, state, unused)
    assert count == fixture.meta["n_params"]
    system.load_official_weights(generator=state)
    del state
    latent = fixture.inputs.get("z")
    samples = fixture.outputs("sample")
    points = {
        name: point
        for name, point in generator_points(generator).items()
        if name in samples
    }
    assert set(points) == set(samples)
    with recorded(points) as recording:
        image = generator(layout, latent, training=False)
    for name, official in samples.items():
        depth, rows, columns = fixture.meta["sample_strides"][name]
        (found,) = recording.results(name)
        found = np.asarray(found)[:, ::rows, ::columns, ::depth]
        assert_close(found, to_nhwc(official), name=name)
    assert_close(image, to_nhwc(fixture.outputs()["image"]), name="image")
