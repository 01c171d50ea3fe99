import pytest

from tests.training.painter import build, make_batch, make_dataset
from tf_semsynth.core import checkpoint
from tf_semsynth.core.workdir import WorkDir
from tf_semsynth.training.trainer import train


def test_a_training_leaves_checkpoints_logs_and_samples(tmp_path):
    said = []
    result = train(
        build(ema_decay=0.9),
        make_dataset,
        WorkDir(tmp_path),
        4,
        4,
        samples=make_batch(0),
        checkpoint_every=2,
        sample_every=2,
        log_every=1,
        report=said.append,
    )
    assert result.step == 4 and result.signal is None
    assert result.scalars["loss/generator/l1"] > 0
    info = checkpoint.newest_valid(WorkDir(tmp_path).checkpoints)
    assert info.step == 4 and "ema" in info.roots
    assert sorted(p.name for p in (tmp_path / "samples").iterdir())[-1] == (
        "step_00000004.png"
    )
    assert any((tmp_path / "logs").iterdir())
    assert said[-1].startswith("Done: 4 of 4 steps")


def test_a_training_that_is_done_says_so(tmp_path):
    said = []
    for _ in range(2):
        train(
            build(),
            make_dataset,
            WorkDir(tmp_path),
            2,
            4,
            report=said.append,
        )
    assert said[-1] == "All 2 steps are done already."


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path):
    from tf_semsynth.training.strategy import make_strategy

    strategy = make_strategy("mirrored")
    with pytest.raises(ValueError, match="3"):
        train(
            build(strategy),
            make_dataset,
            WorkDir(tmp_path),
            2,
            3,
            strategy=strategy,
        )
