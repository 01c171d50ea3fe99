from types import SimpleNamespace

import pytest

from tf_semsynth.systems.sizes import check_doublings


def config(height, width):
    return SimpleNamespace(image_height=height, image_width=width)


def test_whole_multiples_pass():
    check_doublings(config(64, 96), 5)


@pytest.mark.parametrize(
    "size, advice", [((250, 256), "image_height=256"), ((32, 40), "width=32")]
)
def test_another_size_is_refused_with_one_that_works(size, advice):
    with pytest.raises(ValueError, match=f"multiple of 32.*{advice}"):
        check_doublings(config(*size), 5)
