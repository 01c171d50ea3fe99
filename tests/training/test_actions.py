import dataclasses

import pytest

from tf_semsynth.training.actions import Action


@dataclasses.dataclass
class At:
    step: int
    is_last: bool = False


def test_it_is_due_at_multiples():
    action = Action(3)
    due = [step for step in range(1, 10) if action.is_due(At(step))]
    assert due == [3, 6, 9]


def test_the_last_step_counts_where_asked():
    assert Action(3, at_end=True).is_due(At(4, is_last=True))
    assert not Action(3).is_due(At(4, is_last=True))


def test_zero_switches_it_off_but_for_the_end():
    assert not Action(0).is_due(At(1))
    assert Action(0, at_end=True).is_due(At(1, is_last=True))


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="every=-1"):
        Action(-1)
