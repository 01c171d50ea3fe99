"""Resolves all extras together and writes the versions to constraints.txt.

    python scripts/update_constraints.py

Nothing is installed. Run it with the oldest Python that is supported, look at
the difference, and run `bash scripts/test.sh` before you commit it.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
# Exact versions that were tested together, resolved over all extras at once by
# scripts/update_constraints.py. Apache Beam holds protobuf below 7, and with
# it grpcio-health-checking and grpcio-reflection at 1.81.
"""
# Newer ones bring no more and gigabytes of accelerator libraries with them.
PINS = ["torch==2.13.0"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet"]
        pip += ["--ignore-installed", "--report", str(report)]
        ours = [f"{ROOT}[all,test]", f"{ROOT / 'serving'}[server]"]
        subprocess.run([*pip, *ours, *PINS], check=True)
        found = json.loads(report.read_text())["install"]
    versions = {item["metadata"]["name"]: item["metadata"] for item in found}
    for name in ("tf_semsynth", "tf_semsynth_serving"):
        versions.pop(name)
    lines = [
        # A local version, such as 2.13.0+cpu, is a build of the same release.
        f"{name}=={versions[name]['version'].split('+')[0]}\n"
        for name in sorted(versions, key=str.lower)
    ]
    (ROOT / "constraints.txt").write_text(HEAD + "".join(lines))


if __name__ == "__main__":
    main()
