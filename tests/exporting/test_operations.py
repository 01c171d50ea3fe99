"""Which operations are flagged, by name."""

import pytest
import tensorflow as tf

from tf_semsynth.exporting.operations import find_risk


def risk_of(operation, **attributes):
    node = tf.compat.v1.NodeDef(name="node", op=operation)
    for name, value in attributes.items():
        node.attr[name].s = value
    risk = find_risk(node)
    return risk and risk[0]


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("EagerPyFunc", "python"),
        ("PyFuncStateless", "python"),
        ("WriteFile", "file"),
        ("MatchingFiles", "file"),
        ("SaveV2", "file"),
        ("RestoreV2", "file"),
        ("TFRecordDatasetV2", "file"),
        ("WholeFileReaderV2", "file"),
        ("LoadDataset", "file"),
        ("InitializeTableFromTextFileV2", "file"),
        ("WriteImageSummary", "file"),
        ("Send", "network"),
        ("_Recv", "network"),
        ("CollectiveReduceV2", "network"),
        ("RpcClient", "network"),
        ("DataServiceDatasetV4", "network"),
        ("DebugIdentityV2", "network"),
        ("XlaCallModule", "opaque"),
        ("SomebodysOwnOperation", "custom"),
    ],
)
def test_operations_that_reach_out_are_flagged(operation, kind):
    assert risk_of(operation) == kind


@pytest.mark.parametrize(
    "operation",
    ["Conv2D", "DecodePng", "Assert", "TensorListReserve", "ReadVariableOp"],
)
def test_operations_that_compute_are_not_flagged(operation):
    assert risk_of(operation) is None


def test_printing_is_flagged_only_into_a_file():
    assert risk_of("PrintV2", output_stream=b"stderr") is None
    assert risk_of("PrintV2", output_stream=b"file:///tmp/x") == "file"
