import json
import pickle
import subprocess
import sys

import numpy as np

from tests.architecture import ROOT
from tf_semsynth_serving.server import json_tensors, json_worker


def answers(*questions):
    """Pickled pairs (refusal, value), as the process writes them."""
    process = subprocess.run(
        [sys.executable, "-m", json_worker.__name__],
        input=b"".join(pickle.dumps(question) for question in questions),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return process.stdout


def test_an_answer_is_cut_into_pieces():
    image = np.arange(300_000, dtype="uint32")
    outputs = {"image": image}
    data = answers((json_tensors.ENCODE, ({"inputs": None}, outputs)))
    refusal, pieces = pickle.loads(data)
    assert refusal is None and len(pieces) > 5
    assert max(map(len, pieces)) <= 2**18
    assert json.loads(b"".join(pieces)) == {"outputs": image.tolist()}


def test_a_refusal_ends_it():
    data = answers((json_tensors.PARSE, b"{"))
    (code, words), value = pickle.loads(data)
    assert code == "INVALID_ARGUMENT" and "JSON Parse error" in words
    assert value is None


def test_it_needs_no_tensorflow():
    program = (
        "import sys, tf_semsynth_serving.server.json_worker as worker; "
        "print('tensorflow' in sys.modules)"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=ROOT
    )
    assert process.stdout.split() == [b"False"], process.stderr
