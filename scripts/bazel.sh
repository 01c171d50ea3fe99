#!/usr/bin/env bash
# Builds all Bazel targets and runs one test target, without a network.
#
#   bash scripts/bazel.sh                  builds //..., tests //tests/core
#   bash scripts/bazel.sh //tests/layers   builds //..., tests what is named
#
# Installs Debian's bazel-bootstrap where there is no Bazel. Python packages
# come from the environment of scripts/test.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh

if ! command -v bazel > /dev/null; then
  echo "Installing Debian's bazel-bootstrap"
  sudo=$([ "$(id -u)" = 0 ] || echo sudo)
  $sudo apt-get update -qq
  $sudo apt-get install -qq --no-install-recommends bazel-bootstrap
fi
prepare_environment test
path=$(cd "$(dirname "$python")" && pwd):$PATH

if [ $# = 0 ]; then
  set -- //tests/core
fi
trap 'bazel shutdown > /dev/null 2>&1' EXIT
bazel build //...
PATH=$path bazel test --test_env=PATH="$path" "$@"
