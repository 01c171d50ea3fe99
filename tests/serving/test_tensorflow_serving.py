"""The files for TensorFlow Serving are what its own parsers expect.

Its program is not run here (`test_client.py` does, where there is one): the
config files are parsed with its official protos, the others as YAML, and what
they say of each other must agree.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    text_format,
    wrappers_pb2,
)
from tensorflow_serving.config import model_server_config_pb2

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "serving" / "tensorflow_serving"
PROTOS = Path(__file__).parent / "protos"
MANIFESTS = sorted((FOLDER / "kubernetes").glob("*.yaml"))

# What the program knows: main.cc of TensorFlow Serving, as far as we use it.
FLAGS = {
    "allow_version_labels_for_unavailable_models",
    "batching_parameters_file",
    "enable_batching",
    "enable_grpc_healthcheck_service",
    "model_config_file",
    "model_config_file_poll_wait_seconds",
    "monitoring_config_file",
    "port",
    "rest_api_port",
    "rest_api_timeout_in_ms",
}


def message_class(file, name):
    """A message that tensorflow-serving-api leaves out, see `protos/`."""
    description = text_format.Parse(
        (PROTOS / file).read_text(), descriptor_pb2.FileDescriptorProto()
    )
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(description)
    descriptor = pool.FindMessageTypeByName(f"tensorflow.serving.{name}")
    return message_factory.GetMessageClass(descriptor)


def parse(file, message):
    """Parses as the server does: an unknown field is an error."""
    return text_format.Parse((FOLDER / file).read_text(), message)


@pytest.fixture
def models():
    config = model_server_config_pb2.ModelServerConfig()
    return parse("models.config", config).model_config_list.config


@pytest.fixture(params=["batching.config", "batching_gpu.config"])
def batching(request):
    name = "BatchingParameters"
    kind = message_class("session_bundle_config.textproto", name)
    return parse(request.param, kind())


@pytest.fixture
def monitoring():
    kind = message_class("monitoring_config.textproto", "MonitoringConfig")
    return parse("monitoring.config", kind())


@pytest.fixture
def compose():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def documents(path):
    return [d for d in yaml.safe_load_all(path.read_text()) if d]


@pytest.fixture
def objects():
    """What is applied in Kubernetes, by (kind, name)."""
    found = [d for path in MANIFESTS for d in documents(path) if "kind" in d]
    return {(d["kind"], d["metadata"]["name"]): d for d in found}


@pytest.fixture
def container(objects):
    pod = objects["Deployment", "tf-serving"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    return container


def test_labels_name_versions_that_are_served(models):
    (model,) = models
    assert (model.name, model.base_path) == ("cc_fpse", "/models/cc_fpse")
    assert model.model_platform == "tensorflow"
    versions = model.model_version_policy.specific.versions
    assert set(model.version_labels) == {"stable", "canary"}
    assert set(model.version_labels.values()) <= set(versions)


def test_batching_is_bounded_and_never_pads_pictures(batching):
    assert 1 <= batching.max_batch_size.value <= 16
    assert batching.batch_timeout_micros.value <= 10_000
    assert batching.num_batch_threads.value >= 1
    assert batching.max_enqueued_batches.value >= 1
    assert not batching.pad_variable_length_inputs


def test_allowed_batch_sizes_are_as_the_server_wants_them(batching):
    sizes = list(batching.allowed_batch_sizes)
    if sizes:
        assert sizes == sorted(set(sizes))
        assert sizes[-1] == batching.max_batch_size.value


def test_a_mistyped_field_would_be_found():
    kind = message_class(
        "session_bundle_config.textproto", "BatchingParameters"
    )
    with pytest.raises(text_format.ParseError):
        text_format.Parse("max_batchsize { value: 4 }", kind())


def test_metrics_are_where_prometheus_looks(monitoring, objects):
    assert monitoring.prometheus_config.enable
    path = monitoring.prometheus_config.path
    assert path == "/monitoring/prometheus/metrics"
    template = objects["Deployment", "tf-serving"]["spec"]["template"]
    annotations = template["metadata"]["annotations"]
    assert annotations["prometheus.io/path"] == path
    assert annotations["prometheus.io/port"] == "8501"


@pytest.mark.parametrize("service", ["serving", "serving-gpu"])
def test_compose_starts_the_server_with_files_that_exist(compose, service):
    service = compose["services"][service]
    program, *flags = service["entrypoint"] + service["command"]
    assert program == "tensorflow_model_server"
    check_flags(flags, variables={})
    ports = [port.split(":") for port in service["ports"]]
    assert ports == [
        ["127.0.0.1", "8500", "8500"],
        ["127.0.0.1", "8501", "8501"],
    ]
    targets = {v["target"]: v for v in service["volumes"]}
    assert set(targets) == {"/models", "/config"}
    assert all(v["read_only"] for v in targets.values())


def check_flags(flags, variables):
    pairs = dict(flag.removeprefix("--").split("=", 1) for flag in flags)
    assert set(pairs) <= FLAGS and len(pairs) == len(flags)
    assert (pairs["port"], pairs["rest_api_port"]) == ("8500", "8501")
    for key, value in pairs.items():
        if key.endswith("_file"):
            for name, text in variables.items():
                value = value.replace(f"$({name})", text)
            folder, name = value.rsplit("/", 1)
            assert folder == "/config" and (FOLDER / name).is_file()


def test_the_deployment_starts_the_server_with_files_that_exist(container):
    variables = {item["name"]: item["value"] for item in container["env"]}
    assert container["command"] == ["tensorflow_model_server"]
    check_flags(container["args"], variables)
    patch = documents(FOLDER / "kubernetes/gpu_patch.yaml")[0]
    (gpu,) = patch["spec"]["template"]["spec"]["containers"]
    assert gpu["name"] == container["name"]
    variables = {item["name"]: item["value"] for item in gpu["env"]}
    check_flags(container["args"], variables)


def test_both_start_the_server_with_the_same_flags(compose, container):
    service = compose["services"]["serving"]
    flags = service["entrypoint"][1:] + service["command"]
    expanded = [
        flag.replace("$(BATCHING_CONFIG)", "batching.config")
        for flag in container["args"]
    ]
    assert sorted(flags) == sorted(expanded)


def test_probes_ask_where_the_server_answers(container, models):
    ports = {p["name"]: p["containerPort"] for p in container["ports"]}
    assert ports == {"grpc": 8500, "rest": 8501}
    # The health service is off by default.
    assert "--enable_grpc_healthcheck_service=true" in container["args"]
    for probe in ("startupProbe", "livenessProbe"):
        assert container[probe]["grpc"]["port"] == ports["grpc"]
    readiness = container["readinessProbe"]["httpGet"]
    assert readiness["port"] in ports
    assert readiness["path"] == f"/v1/models/{models[0].name}/metadata"


def test_volumes_and_their_mounts_agree(objects, container):
    pod = objects["Deployment", "tf-serving"]["spec"]["template"]["spec"]
    mounts = {m["name"]: m["mountPath"] for m in container["volumeMounts"]}
    assert mounts == {"models": "/models", "config": "/config"}
    assert {v["name"] for v in pod["volumes"]} == set(mounts)
    assert all(m["readOnly"] for m in container["volumeMounts"])
    assert ("PersistentVolumeClaim", "tf-serving-models") in objects


def test_services_find_the_pods(objects, container):
    template = objects["Deployment", "tf-serving"]["spec"]["template"]
    labels = template["metadata"]["labels"]
    names = {port["name"] for port in container["ports"]}
    services = [d for (kind, _), d in objects.items() if kind == "Service"]
    assert len(services) == 2
    for service in services:
        assert service["spec"]["selector"].items() <= labels.items()
        for port in service["spec"]["ports"]:
            assert port["targetPort"] in names
    selector = objects["Deployment", "tf-serving"]["spec"]["selector"]
    assert selector["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize(
    "file", ["autoscaling.yaml", "autoscaling_by_queue.yaml"]
)
def test_autoscaling_is_of_the_deployment(file, container):
    (scaler,) = documents(FOLDER / "kubernetes" / file)
    assert scaler["apiVersion"] == "autoscaling/v2"
    target = scaler["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", "tf-serving")
    assert 1 <= scaler["spec"]["minReplicas"] < scaler["spec"]["maxReplicas"]
    # A share of the CPU means a share of what is requested.
    assert "cpu" in container["resources"]["requests"]


def test_the_queue_metric_is_the_one_that_prometheus_offers():
    (scaler,) = documents(FOLDER / "kubernetes/autoscaling_by_queue.yaml")
    (rules,) = documents(FOLDER / "kubernetes/prometheus_adapter_rules.yaml")
    (rule,) = rules["rules"]["custom"]
    (metric,) = scaler["spec"]["metrics"]
    assert metric["pods"]["metric"]["name"] == rule["name"]["as"]
    series = ":tensorflow:serving:batching_session:queuing_latency"
    assert f"{series}_count" in rule["seriesQuery"]
    assert f"{series}_sum" in rule["metricsQuery"]


def test_kustomize_applies_everything_but_alternatives():
    (kustomization,) = documents(FOLDER / "kustomization.yaml")
    applied = {FOLDER / name for name in kustomization["resources"]}
    alternatives = {
        "autoscaling_by_queue.yaml",
        "gpu_patch.yaml",
        "prometheus_adapter_rules.yaml",
    }
    left = {path.name for path in set(MANIFESTS) - applied}
    assert left == alternatives and applied <= set(MANIFESTS)
    (generator,) = kustomization["configMapGenerator"]
    configs = {path.name for path in FOLDER.glob("*.config")}
    assert set(generator["files"]) == configs


@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl")
def test_kubectl_builds_the_manifests():
    built = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kinds = [d["kind"] for d in yaml.safe_load_all(built)]
    assert sorted(kinds) == [
        "ConfigMap",
        "Deployment",
        "HorizontalPodAutoscaler",
        "PersistentVolumeClaim",
        "PodDisruptionBudget",
        "Service",
        "Service",
    ]


def test_images_are_the_official_ones_of_one_version():
    found = set()
    for path in [FOLDER / "compose.yaml", *MANIFESTS]:
        found |= set(
            re.findall(r"tensorflow/serving:[\w.-]+", path.read_text())
        )
        for image in re.findall(r"image: *(\S+)", path.read_text()):
            name = re.sub(r"\$\{\w+:-(.*)\}", r"\1", image)
            assert re.fullmatch(r"tensorflow/serving:[\d.]+(-gpu)?", name)
    versions = {image.partition(":")[2].removesuffix("-gpu") for image in found}
    assert len(versions) == 1


PAGES = [
    FOLDER / "README.md",
    FOLDER.parent / "README.md",
    ROOT / "docs/client.md",
    ROOT / "docs/tensorflow_serving.md",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.parent.name + p.name)
def test_the_pages_point_at_what_is_there(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    for name in re.findall(r"serving/tensorflow_serving/[\w/.]+\w", text):
        assert (ROOT / name).exists(), name
