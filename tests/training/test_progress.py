import time

import pytest

from tf_semsynth.training.progress import Progress


def test_speed_leaves_the_first_step_out():
    progress = Progress(step=10, num_steps=20, batch_size=8)
    progress.count({}, 5.0)
    assert progress.images_per_second is None
    progress.count({}, 0.5)
    progress.count({"loss/generator/l1": 2.0}, 1.5)
    assert progress.images_per_second == pytest.approx(8.0)
    assert progress.step == 13
    assert progress.scalars == {"loss/generator/l1": 2.0}


def test_time_left_follows_the_pace_of_the_later_steps():
    progress = Progress(step=0, num_steps=12, batch_size=1)
    assert progress.seconds_left is None
    progress.count({}, 0.0)
    assert progress.seconds_left is None
    time.sleep(0.2)
    progress.count({}, 0.1)
    assert progress.seconds_left == pytest.approx(10 * 0.2, rel=0.3)


def test_time_left_ends_with_the_time_limit():
    progress = Progress(0, num_steps=10**6, batch_size=1, max_minutes=0.01)
    assert not progress.is_out_of_time
    progress.count({}, 0.0)
    time.sleep(0.1)
    progress.count({}, 0.1)
    assert 0 < progress.seconds_left <= 0.5
    time.sleep(0.55)
    assert progress.seconds_left == 0
    assert progress.is_out_of_time


def test_without_a_limit_time_is_never_over():
    assert not Progress(0, 1, 1).is_out_of_time
