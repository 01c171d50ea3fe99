"""Pictures by an exported model, beside those of the system itself."""

import numpy as np
import pytest

pytest.importorskip("apache_beam", reason="pip install .[beam]")

from tests.evaluation.test_assembly import (  # noqa: E402
    make_camvid,
    make_trained,
)
from tests.evaluation.test_synthesis import (  # noqa: E402
    build,
    make,
    read,
    read_scenes,
)
from tf_semsynth.core.workdir import WorkDir  # noqa: E402
from tf_semsynth.data import catalog  # noqa: E402
from tf_semsynth.data.options import DataOptions  # noqa: E402
from tf_semsynth.evaluation.beam_synthesis import (  # noqa: E402
    BeamSynthesis,
    ExportedModel,
    MakePictures,
    Opened,
    synthesize_split,
)
from tf_semsynth.evaluation.options import EvaluationOptions  # noqa: E402
from tf_semsynth.evaluation.protocols import PROTOCOLS  # noqa: E402
from tf_semsynth.evaluation.synthesis import Task  # noqa: E402
from tf_semsynth.exporting.writer import export_system  # noqa: E402
from tf_semsynth.systems import registry  # noqa: E402


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A work directory of CC-FPSE, its data set and its export."""
    root = tmp_path_factory.mktemp("trained")
    data_dir = make_camvid(root)
    workdir = make_trained(root, data_dir, use_encoder=True)
    system = registry.load_system(workdir)
    model = str(root / "export" / "1")
    export_system(system, model, warmup=False, verify=False)
    return workdir, system, data_dir, model


def test_pictures_are_those_of_the_system(trained, tmp_path):
    workdir, system, data_dir, model = trained
    options = EvaluationOptions(seed=3, batch_size=3)
    protocol = PROTOCOLS["camvid_judges"]
    arguments = (options, WorkDir(workdir), None, tmp_path, protocol, [])
    images, samples = synthesize_split(model, "", *arguments)
    reader = catalog.open_dataset("camvid", data_dir, "test")
    alone = make(system, reader, tmp_path / "alone", seed=3)
    expected = alone.write_pictures()
    assert list(images) == list(expected) == reader.names
    for name, path in images.items():
        assert np.abs(read(path) - read(expected[name])).max() <= 1
    expected = alone.write_samples(4, 6)
    assert list(samples) == list(expected)
    for name in samples:
        for path, other in zip(samples[name], expected[name], strict=True):
            assert np.abs(read(path) - read(other)).max() <= 1
    # Those that are there stay.
    first, second, *_ = images.values()
    first.write_bytes(b"kept")
    second.unlink()
    synthesize_split(model, "", *arguments)
    assert first.read_bytes() == b"kept" and second.is_file()


def test_instances_give_the_borders(tmp_path):
    reader = read_scenes(2)
    spade = build(
        "spade",
        reader.classes.num_classes,
        use_edges=True,
        use_encoder=False,
        image_height=64,
        image_width=64,
    )
    folder = str(tmp_path / "export" / "1")
    export_system(spade, folder, warmup=False, verify=False)
    expected = make(spade, reader, tmp_path / "alone").write_pictures()
    model = ExportedModel(folder)
    assert reader.has_instances and not model.uses_noise
    tasks = [Task(k, 0, tmp_path / f"{k}.png") for k in range(2)]
    done = MakePictures(None).work(Opened(model, reader), tasks)
    assert done == 2
    for task, path in zip(tasks, expected.values(), strict=True):
        assert np.abs(read(task.path) - read(path)).max() <= 1


def test_what_cannot_be_made_is_told_in_words(trained, tmp_path):
    workdir, _, data_dir, model = trained
    data = DataOptions(dataset="camvid", data_dir=str(data_dir))
    with pytest.raises(FileNotFoundError, match="tf_semsynth.export"):
        BeamSynthesis(str(tmp_path), data, "test", tmp_path / "out")
    with pytest.raises(ValueError, match="classes, the system 12"):
        BeamSynthesis(model, DataOptions(), "validation", tmp_path / "out")
    with pytest.raises(ValueError, match="style of each picture"):
        synthesize_split(
            model, "", None, None, None, None,
            PROTOCOLS["celebamask_hq_sean"], [],
        )  # fmt: skip
    config = WorkDir(workdir).read_config()
    config["config"]["use_encoder"] = False
    other = WorkDir(tmp_path / "other")
    other.create(config)
    arguments = (EvaluationOptions(), other, None, tmp_path)
    with pytest.raises(ValueError, match="of another system"):
        synthesize_split(model, "", *arguments, PROTOCOLS["camvid_judges"], [])
    label = data_dir / "testannot" / "scene1.png"
    before = label.read_bytes()
    synthesis = BeamSynthesis(model, data, "test", tmp_path / "out", show=False)
    label.write_bytes(before[:40])
    try:
        with pytest.raises(ValueError, match="scene1.png"):
            synthesis.write_pictures()
    finally:
        label.write_bytes(before)
