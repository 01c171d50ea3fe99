import functools

import numpy as np
import pytest

from tests.training import painter
from tests.training.painter import make_batch, make_dataset
from tf_semsynth.systems.not_finite import NotFiniteError
from tf_semsynth.training.actions import Action
from tf_semsynth.training.loop import run_loop, steps_done
from tf_semsynth.training.strategy import make_strategy


class Recorder(Action):
    def __init__(self, every=1, at_end=False):
        super().__init__(every, at_end)
        self.events = []
        self.losses = []

    def begin(self, progress):
        self.events.append("begin")

    def act(self, progress):
        self.events.append(progress.step)
        self.losses.append(progress.scalars["loss/generator/l1"])

    def end(self, progress):
        self.events.append("end")


def build(name="auto"):
    strategy = make_strategy(name)
    return painter.build(strategy), strategy


def run(system, strategy, num_steps, dataset=make_dataset, **options):
    return run_loop(system, dataset, num_steps, 4, strategy, **options)


def test_the_loss_falls_and_every_step_is_seen():
    recorder = Recorder()
    progress = run(*build(), 30, actions=[recorder])
    assert recorder.events == ["begin", *range(1, 31), "end"]
    assert recorder.losses[-1] < 0.6 * recorder.losses[0]
    assert progress.step == 30 and progress.is_last


def test_the_first_loss_is_that_of_the_first_batch():
    system, strategy = build()
    batch = make_batch(0)
    image = np.asarray(system.synthesize(batch))
    recorder = Recorder()
    run(system, strategy, 1, actions=[recorder])
    expected = np.abs(image - batch["image"]).mean()
    assert recorder.losses[0] == pytest.approx(expected, rel=1e-5)


def test_actions_come_when_due_and_at_the_end():
    often, at_end, only_at_end = (
        Recorder(2),
        Recorder(3, True),
        Recorder(0, True),
    )
    never = Recorder(0)
    run(*build(), 5, actions=[often, at_end, only_at_end, never])
    assert often.events == ["begin", 2, 4, "end"]
    assert at_end.events == ["begin", 3, 5, "end"]
    assert only_at_end.events == ["begin", 5, "end"]
    assert never.events == ["begin", "end"]


def test_two_devices_give_the_numbers_of_one():
    losses, pictures = [], []
    for name in ("auto", "mirrored"):
        system, strategy = build(name)
        recorder = Recorder()
        run(system, strategy, 5, actions=[recorder])
        losses.append(recorder.losses)
        pictures.append(np.asarray(system.synthesize(make_batch(0))))
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    np.testing.assert_allclose(pictures[0], pictures[1], atol=1e-5)


def test_a_later_start_asks_for_the_data_from_there():
    system, strategy = build()
    run(system, strategy, 2)
    starts = []

    def dataset(start_step):
        starts.append(start_step)
        return make_dataset(start_step)

    run(system, strategy, 4, dataset)
    unbroken, strategy = build()
    run(unbroken, strategy, 4)
    assert starts == [2]
    painter.assert_equal(system, unbroken)


def test_nothing_is_done_where_all_steps_are():
    system, strategy = build()
    run(system, strategy, 2)
    recorder = Recorder()
    assert run(system, strategy, 2, actions=[recorder]).step == 2
    assert recorder.events == []


@pytest.mark.parametrize("name", ["auto", "mirrored"])
def test_a_number_that_is_not_finite_stops_with_its_name_and_step(name):
    """The NaN is in the last picture: on two devices, on the second one."""
    recorder = Recorder()
    dataset = functools.partial(make_dataset, spoiled_step=3)
    with pytest.raises(
        NotFiniteError, match="step 3.*loss/generator/l1 is nan"
    ):
        run(*build(name), 5, dataset, actions=[recorder])
    assert recorder.events == ["begin", 1, 2, "end"]


def test_data_that_end_are_an_error():
    dataset = functools.partial(make_dataset, length=3)
    with pytest.raises(ValueError, match="ended after step 3 of 5.*repeat"):
        run(*build(), 5, dataset)


def test_a_wish_to_stop_is_granted_after_the_step():
    system, strategy = build()
    recorder = Recorder(0, at_end=True)
    progress = run(
        system,
        strategy,
        9,
        actions=[recorder],
        wants_stop=lambda: steps_done(system) == 4,
    )
    assert progress.step == 4
    assert recorder.events == ["begin", 4, "end"]


def test_the_time_limit_stops_after_a_step():
    recorder = Recorder(0, at_end=True)
    progress = run(*build(), 10**6, actions=[recorder], max_minutes=0.02)
    assert 1 <= progress.step < 10**6
    assert progress.seconds >= 1.2
    assert recorder.events == ["begin", progress.step, "end"]


def test_actions_end_after_an_error_of_one():
    class Broken(Action):
        def act(self, progress):
            raise OSError("disk full")

    recorder = Recorder()
    with pytest.raises(OSError, match="disk full"):
        run(*build(), 3, actions=[Broken(2), recorder])
    assert recorder.events == ["begin", 1, "end"]


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="every=-1"):
        Recorder(-1)
