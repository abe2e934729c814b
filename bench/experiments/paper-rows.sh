#!/usr/bin/env bash
# The paper's own systems (Lahiany & Aperstein, PTEENet): its branches, Fine placement, eq. 4, one threshold for all exits.
# What is done already is not done again and what was stopped goes on: run it until it says "done". docs/results/paper.md is
# written from OUT/*.json.
#   paper-rows.sh OUT EXITS SEEDS EPOCHS BACKBONE...     BACKBONE is a folder of ptee import or ptee backbone train
# Example: paper-rows.sh out 3 1,2,3 8 models/resnet20
set -euo pipefail
ptee=${PTEE:-artifacts/bin/Ptee.Cli/release/ptee}
data=${DATA:-cifar10}
out=${1:?"folder for what is trained and said"}
exits=${2:?"number of exits"}
seeds=${3:?"seeds, as 1,2,3"}
epochs=${4:?"epochs"}
shift 4
mkdir -p "$out"

for from in "$@"; do
  for seed in ${seeds//,/ }; do
    name=$(basename "$from")-$exits-$data-seed$seed
    dir=$out/$name
    [ -e "$out/$name.json" ] && continue
    if [ ! -e "$dir/placement.json" ]; then
      mkdir -p "$dir"
      cp "$from/backbone.json" "$from/backbone.safetensors" "$dir/"
      "$ptee" place "$dir" --method fine --exits "$exits" --branch conv2 > /dev/null
    fi
    if [ ! -e "$dir/training.json" ]; then
      "$ptee" train "$dir" --data "$data" --loss paper --lambda 0.9 --epochs "$epochs" --seed "$seed" \
        --checkpoint "$dir/state" --resume
    fi
    "$ptee" calibrate "$dir" --data "$data" --gate confidence --thresholds one --codec-loss 0 > "$out/$name.calibrate"
    "$ptee" pack "$dir" -o "$out/$name.ptee" > /dev/null
    for point in accurate balanced; do
      "$ptee" eval "$out/$name.ptee" --data "$data" --point "$point" --json "$out/$name-$point.json" > "$out/$name-$point.txt"
    done
    # The threshold sweep in the form of the paper's Fig. 4: .png, .csv and .json.
    "$ptee" curve "$out/$name.ptee" --data "$data" -o "$out/$name-curve.png" > /dev/null
    mv "$out/$name-accurate.json" "$out/$name.json"
  done
done
echo done
