"""TensorFlow's usual lines are held back, others are not."""

import subprocess
import sys


def test_only_the_usual_lines_are_held_back():
    program = """
import os
from tf_semsynth_serving.quiet import quiet_tensorflow
with quiet_tensorflow():
    os.write(2, b"I0000 port.cc: oneDNN custom operations are on.\\n")
    os.write(2, b"something happened\\n")
os.write(2, b"afterwards\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stderr == "something happened\nafterwards\n"


def test_lines_are_shown_where_the_import_fails():
    program = """
import os
from tf_semsynth_serving.quiet import quiet_tensorflow
with quiet_tensorflow():
    os.write(2, b"a library is missing\\n")
    raise ImportError
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stderr.startswith("a library is missing\nTraceback")
