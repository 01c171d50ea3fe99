"""Which TensorFlow operations can touch more than numbers.

A SavedModel is a program. Most operations only compute; these read or write
files, talk to other machines, call Python, or hide what they do.
"""

import re

# Pattern of the operation's name -> (kind, what it can do). First match wins.
_FAMILIES = [
    (
        r"(EagerPyFunc|PyFunc|PyFuncStateless)",
        ("python", "calls a Python function"),
    ),
    (
        r"(ReadFile|WriteFile|MatchingFiles\w*|ImmutableConst"
        r"|LoadAndRemapMatrix|GenerateVocabRemapping|MergeV2Checkpoints)",
        ("file", "reads or writes files"),
    ),
    (
        r"(Save|SaveV2|SaveSlices|Restore|RestoreV2|RestoreSlice)",
        ("file", "reads or writes checkpoint files"),
    ),
    (
        r"(TFRecord|TextLine|FixedLengthRecord|CSV|Sql|LMDB|Snapshot|Save"
        r"|Load|Cache|ListSnapshotChunks|SnapshotChunk)Dataset\w*"
        r"|(ExperimentalLMDB|ExperimentalSql|ExperimentalCSV)Dataset"
        r"|\w*Reader(V2)?|Reader(Read|ReadUpTo)(V2)?",
        ("file", "reads or writes data files"),
    ),
    (
        r"InitializeTableFromTextFile(V2)?",
        ("file", "reads a vocabulary file"),
    ),
    (
        r"(CreateSummary(File|Db)Writer|SummaryWriter|Write\w*Summary"
        r"|ImportEvent|FlushSummaryWriter)",
        ("file", "writes event files"),
    ),
    (
        r"_?(Host)?(Send|Recv)(V2)?|_Xla(Send|Recv)\w*|Xla(Send|Recv)\w*"
        r"|Collective\w*|Nccl\w*|Rpc\w*|TryRpc|RemoteCall"
        r"|RemoteFusedGraphExecute|DataServiceDataset\w*|RegisterDataset(V2)?"
        r"|\w*DistributeDataset\w*|ConfigureDistributedTPU",
        ("network", "talks to other devices or machines"),
    ),
    (
        r"Debug(Identity|NanCount|NumericSummary)\w*",
        ("network", "sends values to a file or an address"),
    ),
    (
        r"XlaCallModule|XlaCustomCall\w*|XlaLaunch\w*|TRTEngineOp"
        r"|TPU\w*Execute\w*",
        ("opaque", "runs a compiled program that is not listed here"),
    ),
]
_FAMILIES = [(re.compile(pattern), risk) for pattern, risk in _FAMILIES]

# What every loader does with the variables' files.
LOADER_OPERATIONS = frozenset({"MergeV2Checkpoints", "RestoreV2", "SaveV2"})


def find_risk(node):
    """What an operation can do besides computing.

    Args:
        node: `NodeDef`.

    Returns:
        None, or a pair of str: the kind (python, file, network, opaque,
        custom, xla) and a few words.
    """
    for pattern, risk in _FAMILIES:
        if pattern.fullmatch(node.op):
            return risk
    if node.op == "PrintV2":
        stream = node.attr["output_stream"].s.decode(errors="replace")
        if stream.startswith("file:"):
            return "file", f"writes to {stream}"
    if "_XlaMustCompile" in node.attr and node.attr["_XlaMustCompile"].b:
        return "xla", "must be compiled by XLA, which servers may not have"
    if not _is_registered(node.op):
        return "custom", "is not part of TensorFlow: needs a library of its own"
    return None


def _is_registered(name):
    # There is no public name for this: `tf.raw_ops` lacks internal ones.
    from tensorflow.python.framework import op_def_registry

    return op_def_registry.get(name) is not None
