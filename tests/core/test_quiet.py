"""What is printed while TensorFlow is imported."""

import os
import subprocess
import sys


def run(program):
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.returncode, done.stdout, done.stderr


def test_nothing_is_printed_where_all_is_well():
    assert run(
        "import sys\n"
        "from tf_semsynth.core.quiet import quieten_tensorflow\n"
        "quieten_tensorflow()\n"
        "assert 'tensorflow' not in sys.modules\n"
        "import keras\n"
        "import tensorflow as tf\n"
        "print(int(tf.constant(1) + 1))\n"
    ) == (0, "2\n", "")


def test_what_is_unusual_is_shown_even_when_the_import_fails(tmp_path):
    (tmp_path / "tensorflow.py").write_text(
        "import os\n"
        "os.write(2, b'oneDNN custom operations are on.\\n')\n"
        "os.write(2, b'a library is missing\\n')\n"
        "raise ImportError('broken')\n"
    )
    code, _, error = run(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from tf_semsynth.core.quiet import quieten_tensorflow\n"
        "quieten_tensorflow()\n"
        "import tensorflow\n"
    )
    assert code == 1
    assert "a library is missing" in error and "broken" in error
    assert "oneDNN" not in error
