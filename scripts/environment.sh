# Sourced by the other scripts: a virtual environment with this package and
# serving/, a distribution of its own, in it.
#
#   prepare_environment <extras>   sets `python`, the environment's interpreter
#
# TF_SEMSYNTH_VENV names the environment (default .venv), PYTHON the interpreter
# that makes it (default python3). What is installed stays until setup.py, a
# pyproject.toml or constraints.txt change.

prepare_environment() {
  local extras=$1
  local venv=${TF_SEMSYNTH_VENV:-.venv}
  python=$venv/bin/python
  if [ ! -x "$python" ]; then
    make_environment "$venv"
  fi
  local stamp=$venv/tf_semsynth-$extras.stamp
  local wanted
  wanted=$(pwd; cat setup.py pyproject.toml serving/pyproject.toml \
    constraints.txt | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing tf_semsynth[$extras] and tf_semsynth_serving[server]" \
      "into $venv (minutes, once)"
    "$python" -m pip install --quiet --disable-pip-version-check \
      --constraint constraints.txt --editable ".[$extras]" \
      --editable "./serving[server]"
    echo "$wanted" > "$stamp"
  fi
}

make_environment() {
  local base=${PYTHON:-python3}
  if ! "$base" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "error: Python 3.11 or newer is needed; PYTHON=<path> names it." >&2
    echo "       Found: $("$base" --version 2>&1 || true)" >&2
    exit 1
  fi
  if ! "$base" -m venv "$1"; then
    echo "error: $base cannot make a virtual environment; on Debian and" >&2
    echo "       Ubuntu install python3-venv." >&2
    rm -rf "$1"
    exit 1
  fi
}
