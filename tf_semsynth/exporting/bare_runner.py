"""Runs a SavedModel as a stranger would: without this package.

A script of its own, started by `verification.py` in a fresh process. It must
import nothing but TensorFlow and NumPy.

    python -I bare_runner.py <model> <requests.npz> <answers.npz>

Both files hold serialised tensors: `<request>/<signature>/<input>` in, and
`<loader>/<request>/<output>` out, where the loader is `tensorflow` or
`session` (what TensorFlow Serving does).
"""

import sys


def main(model_dir, requests_path, answers_path):
    # Whatever is installed: nothing of the package can be imported now.
    sys.modules["tf_semsynth"] = None
    import numpy as np
    import tensorflow as tf

    requests = {}
    with np.load(requests_path) as stored:
        for key in stored:
            number, signature, name = key.split("/")
            value = parse(tf, stored[key])
            requests.setdefault((number, signature), {})[name] = value
    answers = {}
    for loader, run in (("tensorflow", run_loaded), ("session", run_session)):
        for number, outputs in run(tf, model_dir, requests):
            for name, value in outputs.items():
                key = f"{loader}/{number}/{name}"
                answers[key] = serialise(tf, value)
    np.savez(answers_path, **answers)


def run_loaded(tf, model_dir, requests):
    # Run as written here; the session below optimizes as a server does. So a
    # fault of the optimizer shows, and half of the time is saved.
    tf.config.optimizer.set_experimental_options(
        {"disable_meta_optimizer": True}
    )
    model = tf.saved_model.load(model_dir)
    for (number, signature), inputs in requests.items():
        tensors = {k: tf.constant(v) for k, v in inputs.items()}
        outputs = model.signatures[signature](**tensors)
        yield number, {k: v.numpy() for k, v in outputs.items()}


def run_session(tf, model_dir, requests):
    graph = tf.Graph()
    with tf.compat.v1.Session(graph=graph) as session:
        meta_graph = tf.compat.v1.saved_model.load(
            session, ["serve"], model_dir
        )
        for (number, name), inputs in requests.items():
            signature = meta_graph.signature_def[name]
            feeds = {signature.inputs[k].name: v for k, v in inputs.items()}
            fetches = {k: v.name for k, v in signature.outputs.items()}
            yield number, session.run(fetches, feeds)


def parse(tf, stored):
    from tensorflow.core.framework import tensor_pb2

    proto = tensor_pb2.TensorProto.FromString(stored.tobytes())
    return tf.make_ndarray(proto)


def serialise(tf, value):
    import numpy as np

    proto = tf.make_tensor_proto(value)
    return np.frombuffer(proto.SerializeToString(), np.uint8)


if __name__ == "__main__":
    main(*sys.argv[1:])
