"""Small models, and servers that serve them."""

import contextlib
import shutil

import pytest

from tests.serving.server.asking import MODEL, GrpcClient
from tests.serving.server.saved_models import save_model
from tf_semsynth_serving.server import Options, serve


@pytest.fixture(scope="session")
def small_versions(tmp_path_factory):
    """Folder with the versions 1 and 2; they add 10 and 20. Read only."""
    folder = tmp_path_factory.mktemp("models") / "both"
    for version in (1, 2):
        save_model(folder / str(version), offset=10 * version)
    return folder


@pytest.fixture
def model_dir(small_versions, tmp_path):
    """A folder of one's own with version 1."""
    folder = tmp_path / MODEL
    shutil.copytree(small_versions / "1", folder / "1")
    return folder


@pytest.fixture(scope="session")
def running():
    """Context manager that runs a server: `running(model_dir, ...)`."""

    @contextlib.contextmanager
    def run(model_dir, **options):
        options = {
            "model_name": MODEL,
            "grpc_port": 0,
            "rest_port": 0,
            "poll_seconds": 0.05,
            **options,
        }
        server = serve(Options(model_dir=str(model_dir), **options))
        try:
            yield server
        finally:
            server.stop(5)

    return run


@pytest.fixture(scope="module")
def server(small_versions, running):
    """A server of version 2, and of version 1 under the label `stable`."""
    with running(small_versions, version_labels="stable=1,next=7") as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    client = GrpcClient(server.grpc_port)
    yield client
    client.channel.close()


@pytest.fixture(scope="session")
def exported_dir(tmp_path_factory):
    """A real export, tiny: CC-FPSE with an encoder, 64 x 64, 8 classes.

    Its warm-up records lie beside it, in `records`: each signature that is
    not used saves seconds.
    """
    from tests.workdirs import randomize
    from tf_semsynth.exporting.writer import export_system
    from tf_semsynth.systems import registry

    config = registry.get_config_class("cc_fpse").tiny(use_encoder=True)
    system = registry.get_system_class("cc_fpse")(config)
    randomize(system)
    folder = tmp_path_factory.mktemp("exports") / MODEL
    export_system(system, folder / "1", verify=False)
    records = folder / "1" / "assets.extra" / "tf_serving_warmup_requests"
    records.rename(folder.parent / "records")
    return folder


@pytest.fixture(scope="session")
def exported_server(exported_dir, running):
    with running(exported_dir) as server:
        yield server


@pytest.fixture(scope="session")
def exported_client(exported_server):
    client = GrpcClient(exported_server.grpc_port)
    yield client
    client.channel.close()
