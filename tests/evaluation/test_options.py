"""Options of an evaluation."""

import pytest

from tf_semsynth.evaluation.options import EvaluationOptions


def test_impossible_values_are_refused():
    with pytest.raises(ValueError, match="batch_size"):
        EvaluationOptions(batch_size=0)
    with pytest.raises(ValueError, match="lpips"):
        EvaluationOptions(lpips="resnet")
    assert EvaluationOptions().lpips == "alex"
