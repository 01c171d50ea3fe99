"""PyTorch files of every age are read, and others refused in words."""

import numpy as np
import pytest

from tf_semsynth.porting.torch_files import read_state

torch = pytest.importorskip("torch", reason="needs PyTorch, extra [convert]")


@pytest.fixture
def tensors():
    generator = torch.Generator().manual_seed(0)
    return {
        "fc.weight": torch.randn(40, 30, generator=generator),
        "bn.num_batches_tracked": torch.tensor(7),
    }


@pytest.mark.parametrize("zip_format", [True, False])
def test_both_serialisations_are_read(tensors, tmp_path, zip_format):
    path = tmp_path / "net.pth"
    torch.save(tensors, path, _use_new_zipfile_serialization=zip_format)
    state = read_state(path)
    assert list(state) == list(tensors)
    for key, value in tensors.items():
        np.testing.assert_array_equal(state[key], value.numpy())


def test_the_prefix_of_data_parallel_training_is_taken_off(tensors, tmp_path):
    path = tmp_path / "net.pth"
    torch.save({f"module.{k}": v for k, v in tensors.items()}, path)
    assert set(read_state(path)) == set(tensors)


@pytest.mark.parametrize(
    "kind", ["bfloat16", "float16", "float64", "int8", "float8_e4m3fn"]
)
def test_other_types_are_rounded_to_float32_and_said(tmp_path, kind):
    values = torch.tensor([1.0, -3.0, 1 / 3]).to(getattr(torch, kind))
    path, said = tmp_path / "net.pth", []
    torch.save({"a": values, "b": values, "c": torch.ones(1)}, path)
    state = read_state(path, report=said.append)
    assert {value.dtype for value in state.values()} == {np.dtype("float32")}
    np.testing.assert_array_equal(state["a"], values.to(torch.float32))
    assert said == [f"`a` and 1 more are {kind}, rounded to float32"]


def test_counters_of_steps_stay_whole_numbers(tensors, tmp_path):
    path, said = tmp_path / "net.pth", []
    torch.save(tensors, path)
    state = read_state(path, report=said.append)
    assert state["bn.num_batches_tracked"] == 7
    assert said == []


@pytest.mark.parametrize(
    "tensor",
    [
        torch.ones(2, dtype=torch.complex64),
        torch.ones(2, 2).to_sparse(),
        torch.ones(2, device="meta"),
    ],
)
def test_tensors_that_are_no_plain_numbers_are_named(tmp_path, tensor):
    path = tmp_path / "net.pth"
    torch.save({"odd": tensor}, path)
    with pytest.raises(ValueError, match="net.pth.*`odd`"):
        read_state(path)


@pytest.mark.parametrize("kind", ["linear", "convolution", "transposed"])
def test_a_parametrized_spectral_norm_is_read_as_the_other(tmp_path, kind):
    make = {
        "linear": lambda: torch.nn.Linear(5, 3),
        "convolution": lambda: torch.nn.Conv2d(5, 3, 2),
        "transposed": lambda: torch.nn.ConvTranspose2d(5, 3, 2),
    }[kind]
    layer = torch.nn.utils.parametrizations.spectral_norm(make())
    path, said = tmp_path / "net.pth", []
    torch.save({f"x.{k}": v for k, v in layer.state_dict().items()}, path)
    state = read_state(path, report=said.append)
    # PyTorch's own hook of the older kind takes the tensors as they are.
    other = torch.nn.utils.spectral_norm(make())
    other.load_state_dict(
        {k.removeprefix("x."): torch.tensor(v) for k, v in state.items()}
    )
    shape = (2, 5) if kind == "linear" else (2, 5, 4, 4)
    inputs = torch.rand(shape, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(
        other.eval()(inputs), layer.eval()(inputs), rtol=0, atol=0
    )
    assert "parametrization" in said[0]


def test_one_network_is_taken_out_of_a_training_s_file(tensors, tmp_path):
    path, said = tmp_path / "last.ckpt", []
    content = {
        "epoch": 3,
        "state_dict": {f"netG.{k}": v for k, v in tensors.items()},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(2)}}}],
    }
    content["state_dict"]["netD.conv.weight"] = torch.ones(3)
    torch.save(content, path)
    state = read_state(path, ["fc.weight"], said.append)
    assert set(state) == set(tensors)
    assert said[0].startswith("`state_dict.netG.`")
    assert said[1].startswith("3 other entries left out (epoch,")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OSError, match="There is no file.*net.pth"):
        read_state(tmp_path / "net.pth")


@pytest.mark.parametrize("zip_format", [True, False])
@pytest.mark.parametrize("kept", [0.01, 0.9])
def test_a_file_that_was_cut_off_is_refused(
    tensors, tmp_path, zip_format, kept
):
    path = tmp_path / "net.pth"
    torch.save(tensors, path, _use_new_zipfile_serialization=zip_format)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(OSError, match="net.pth.*cannot be read"):
        read_state(path)


def test_a_file_that_would_run_code_is_refused(tmp_path):
    path = tmp_path / "net.pth"
    torch.save(torch.nn.Linear(2, 2), path)
    with pytest.raises(ValueError, match="state_dict"):
        read_state(path)


def test_a_picture_is_refused(tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(b"\x89PNG\r\n" * 50)
    with pytest.raises((ValueError, OSError), match="net.pth"):
        read_state(path)


def test_a_file_without_tensors_is_refused_with_its_first_entries(tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"epoch": 3, "loss": 0.5}, path)
    with pytest.raises(ValueError, match="epoch.*loss.*state_dict"):
        read_state(path)
