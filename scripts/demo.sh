#!/usr/bin/env bash
# From nothing to pictures: installs, trains on procedural street scenes,
# synthesizes, exports, and uses the export with TensorFlow alone.
#
#   bash scripts/demo.sh
#
# Needs Python 3.11 or newer; takes minutes on a laptop. What it makes lies in
# runs/demo, or in the folder that TF_SEMSYNTH_DEMO names. Arguments go to the
# training, such as `--num_steps=50` for a quick look. A demo that was stopped
# goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh

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

step "1/6 Environment"
prepare_environment serving

step "2/6 Training on scenes painted on the fly (configs/quickstart.cfg)"
"$python" -m tf_semsynth.train --flagfile=configs/quickstart.cfg \
  --workdir="$workdir" "$@"

step "3/6 Painting layouts that the training has not seen"
"$python" scripts/paint_layouts.py "$workdir" "$demo/layouts"

step "4/6 Pictures from these layouts"
"$python" -m tf_semsynth.synthesize --workdir="$workdir" \
  --layouts="$demo/layouts" --output="$demo/pictures" --overwrite

model=$(next_version "$demo/exports/quickstart")
step "5/6 A SavedModel for TensorFlow Serving: $model"
"$python" -m tf_semsynth.export --workdir="$workdir" --output="$model"

step "6/6 The same layouts through the SavedModel, with TensorFlow alone"
# TensorFlow says much about a healthy machine when it is imported; the script
# is bare on purpose and does not hold it back.
log=$demo/use_saved_model.log
if ! "$python" -I scripts/use_saved_model.py "$model" "$demo/layouts" \
  "$demo/served" 2> "$log"; then
  cat "$log" >&2
  exit 1
fi

grids=$(ls "$workdir"/samples/step_*.png)
step "Done. To look at (layout | synthesized | real):"
echo "  before training    $(echo "$grids" | head -n 1)"
echo "  after training     $(echo "$grids" | tail -n 1)"
echo "  unseen layouts     $demo/pictures"
echo "  from the export    $demo/served"
echo "  curves             $python -m tensorboard.main --logdir=$workdir/logs"
