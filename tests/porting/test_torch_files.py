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


def test_bfloat16_becomes_float32(tensors, tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"a": tensors["fc.weight"].bfloat16()}, path)
    assert read_state(path)["a"].dtype == np.float32


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


def test_a_wrapped_state_is_refused_with_its_first_entries(tensors, tmp_path):
    path = tmp_path / "net.pth"
    torch.save({"epoch": 3, "state_dict": tensors}, path)
    with pytest.raises(ValueError, match="epoch.*state_dict"):
        read_state(path)
