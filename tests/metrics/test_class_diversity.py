"""mCSD and mOCD of a handful of distances."""

import numpy as np
import pytest

from tf_semsynth.metrics.class_diversity import ClassDiversity


def test_means_are_over_layouts_and_pairs_then_over_classes():
    state = ClassDiversity(3)
    state.update(0, [1.0, 3.0], [0.1, 0.3])
    state.update(0, [5.0, 7.0], [0.5, 0.7])
    state.update(2, [10.0, 20.0], [1.0, 2.0])
    found = state.result()
    np.testing.assert_allclose(found["csd"], [4, np.nan, 15])
    np.testing.assert_allclose(found["ocd"], [0.4, np.nan, 1.5])
    np.testing.assert_allclose([found["mcsd"], found["mocd"]], [9.5, 0.95])


def test_what_does_not_fit_is_refused():
    state = ClassDiversity(3)
    with pytest.raises(ValueError, match=r"0\.\.2\. Received: 3"):
        state.update(3, [1.0], [1.0])
    with pytest.raises(ValueError, match=r"\(2,\) and \(1,\)"):
        state.update(0, [1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="no result"):
        state.result()
