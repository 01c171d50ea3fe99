"""What is reported during an epoch."""

from tf_semsynth.evaluation.epoch_progress import EpochProgress


def test_long_epochs_are_reported_now_and_then():
    now, lines = [100.0], []
    progress = EpochProgress(lines.append, 30.0, clock=lambda: now[0])
    progress.set_params({"steps": 10, "epochs": 3})
    progress.on_epoch_begin(1)
    for step in range(10):
        now[0] += 12.0
        progress.on_train_batch_end(step, {"loss": 0.5})
    assert lines == [
        "epoch 2/3: step 3/10, loss 0.500, 84 s left",
        "epoch 2/3: step 6/10, loss 0.500, 48 s left",
        "epoch 2/3: step 9/10, loss 0.500, 12 s left",
    ]
