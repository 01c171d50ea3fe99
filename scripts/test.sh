#!/usr/bin/env bash
# Makes the environment where there is none, then checks style and runs tests.
#
#   bash scripts/test.sh            what takes minutes
#   bash scripts/test.sh --slow     everything
#
# Further arguments go to pytest, such as `-k spade` or `tests/layers`. Files run
# side by side, one per core and at most four (each takes up to 4 GB); -n 0 runs
# them one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh

prepare_environment test
"$python" -m ruff check .
"$python" -m ruff format --check .
exec "$python" -m pytest -q --durations=10 --numprocesses=auto --maxprocesses=4 \
  --dist=loadfile "$@"
