#!/usr/bin/env bash
# From nothing to pictures: installs, trains on procedural street scenes,
# synthesizes, exports, uses the export with TensorFlow alone, and serves it.
#
#   bash scripts/demo.sh           stops the server at the end
#   bash scripts/demo.sh --keep    leaves it running, with the page to paint on
#
# Needs Python 3.11 or newer; takes minutes on a laptop. What it makes lies in
# runs/demo, or in the folder that TF_SEMSYNTH_DEMO names. Other arguments go to
# the training, such as `--num_steps=50` for a quick look. A demo that was stopped
# goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh

keep=
if [ "${1:-}" = --keep ]; then
  keep=yes
  shift
fi
demo=${TF_SEMSYNTH_DEMO:-runs/demo}
workdir=$demo/training
export TF_CPP_MIN_LOG_LEVEL=${TF_CPP_MIN_LOG_LEVEL:-2}
SECONDS=0

step() {
  printf '\n[%02d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"
}

next_version() {
  local version=1
  while [ -e "$1/$version" ]; do
    version=$((version + 1))
  done
  echo "$1/$version"
}

step "1/7 Environment"
prepare_environment serving

step "2/7 Training on scenes painted on the fly (configs/quickstart.cfg)"
"$python" -m tf_semsynth.train --flagfile=configs/quickstart.cfg \
  --workdir="$workdir" "$@"

step "3/7 Painting layouts that the training has not seen"
"$python" scripts/paint_layouts.py "$workdir" "$demo/layouts"

step "4/7 Pictures from these layouts"
"$python" -m tf_semsynth.synthesize --workdir="$workdir" \
  --layouts="$demo/layouts" --output="$demo/pictures" --overwrite

model=$(next_version "$demo/exports/quickstart")
step "5/7 A SavedModel for TensorFlow Serving: $model"
"$python" -m tf_semsynth.export --workdir="$workdir" --output="$model"

step "6/7 The same layouts through the SavedModel, with TensorFlow alone"
# TensorFlow says much about a healthy machine when it is imported; the script
# is bare on purpose and does not hold it back.
log=$demo/use_saved_model.log
if ! "$python" -I scripts/use_saved_model.py "$model" "$demo/layouts" \
  "$demo/served" 2> "$log"; then
  cat "$log" >&2
  exit 1
fi

step "7/7 The same model behind a server, over gRPC and REST"
serving=$demo/serving.log
: > "$serving" # The wait below may look before the server has begun.
"$python" -m tf_semsynth.serve --model_dir="$(dirname "$model")" \
  --grpc_port=0 --rest_port=0 > "$serving" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" || true' EXIT
until grep -q '^Studio' "$serving"; do
  if ! kill -0 "$server" 2>/dev/null; then
    cat "$serving" >&2
    exit 1
  fi
  sleep 0.2
done
cat "$serving"
address() {
  sed -n "s|^$1  *||p" "$serving" | sed 's|/v1/.*||'
}
layout=$(ls "$demo"/layouts/*.png | head -n 1)
for interface in gRPC REST; do
  "$python" -m tf_semsynth_serving.client --server="$(address $interface)" \
    --model_name=quickstart --layout="$layout" --seed=7 --overwrite \
    --output="$demo/over_$interface.png"
done

grids=$(ls "$workdir"/samples/step_*.png)
step "Done. To look at (layout | synthesized | real):"
echo "  before training    $(echo "$grids" | head -n 1)"
echo "  after training     $(echo "$grids" | tail -n 1)"
echo "  unseen layouts     $demo/pictures_contact_sheet.png"
echo "  from the export    $demo/served"
echo "  from the server    $demo/over_gRPC.png, $demo/over_REST.png"
echo "  curves             $python -m tensorboard.main --logdir=$workdir/logs"
if [ -n "$keep" ]; then
  trap - EXIT
  echo "  to paint on        $(address Studio), until you type: kill $server"
else
  echo "  to paint on        bash scripts/demo.sh --keep"
fi
