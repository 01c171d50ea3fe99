"""Systems of these tests draw a few pictures: compiling would take longer."""

import pytest

from tf_semsynth.core import backend


@pytest.fixture(scope="module", autouse=True)
def quick_graphs():
    """Nothing is compiled by XLA."""
    with backend.exporting():
        yield
