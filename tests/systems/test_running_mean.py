from tf_semsynth.systems.running_mean import RunningMean


def test_the_mean_so_far_is_returned():
    mean = RunningMean(lambda x: {"loss": x, "twice": 2 * x})
    assert mean(1.0) == {"loss": 1.0, "twice": 2.0}
    assert mean(4.0) == {"loss": 2.5, "twice": 5.0}


def test_resetting_begins_anew():
    mean = RunningMean(lambda x: {"loss": x})
    mean(1.0)
    mean.reset()
    assert mean(4.0) == {"loss": 4.0}
