import pytest

from tests.training import painter
from tf_semsynth.systems.registry import get_config_class
from tf_semsynth.training import advice as module
from tf_semsynth.training.advice import give_advice


def advice(name, **fields):
    return give_advice(get_config_class(name).tiny(**fields))


@pytest.mark.parametrize(
    "flags, on_cpu, warned",
    [
        ("fpu avx2", True, True),
        ("fpu avx2", False, False),
        ("fpu avx512_bf16 amx_bf16", True, False),
        (None, True, False),
    ],
)
def test_a_cpu_without_bfloat16_is_told(
    flags, on_cpu, warned, tmp_path, monkeypatch
):
    path = tmp_path / "cpuinfo"
    if flags is not None:
        path.write_text(f"processor : 0\nflags : {flags}\n")
    monkeypatch.setattr(module, "CPU_INFO", path)
    config = get_config_class("spade").tiny()
    words = give_advice(config, "mixed_bfloat16", on_cpu)
    assert bool(words) == warned
    assert all("--precision=float32" in warning for warning in words)


def test_cc_fpse_without_colour_loss_is_warned_of_grey():
    (words,) = advice("cc_fpse", lambda_vgg=0.0, lambda_l1=0.0)
    assert "grey" in words and "--lambda_l1=10" in words


def test_one_of_the_two_losses_is_enough():
    assert advice("cc_fpse", lambda_vgg=10.0, lambda_l1=0.0) == []
    assert advice("cc_fpse", lambda_vgg=0.0, lambda_l1=10.0) == []


def test_spade_sees_contrast_by_itself():
    assert advice("spade", lambda_vgg=0.0, lambda_l1=0.0) == []


def test_a_config_of_ones_own_need_not_give_advice():
    assert give_advice(painter.Config()) == []
