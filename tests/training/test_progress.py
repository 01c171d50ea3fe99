import pytest

from tf_semsynth.training.progress import Progress


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


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
    clock = Clock()
    progress = Progress(step=0, num_steps=12, batch_size=1, clock=clock)
    assert progress.seconds_left is None
    clock.now += 50
    progress.count({}, 50.0)
    assert progress.seconds_left is None
    clock.now += 2  # A step, and what was done around it.
    progress.count({}, 1.0)
    assert progress.seconds_left == pytest.approx(10 * 2)
    assert progress.seconds == pytest.approx(52)


def test_time_left_ends_with_the_time_limit():
    clock = Clock()
    progress = Progress(0, 10**6, 1, max_minutes=0.5, clock=clock)
    assert not progress.is_out_of_time
    clock.now += 10
    progress.count({}, 10.0)
    clock.now += 10
    progress.count({}, 10.0)
    assert progress.seconds_left == pytest.approx(10)
    clock.now += 15
    assert progress.seconds_left == 0
    assert progress.is_out_of_time


def test_without_a_limit_time_is_never_over():
    assert not Progress(0, 1, 1).is_out_of_time
