#!/usr/bin/env bash
# The relatives of post-trained early exits on the public ResNet-20: equal data, epochs, augmentation and counting.
# Needs an imported ResNet-20 (ptee import). Some hours on two cores; what is done already is not done again, and what was
# stopped goes on: run it until it says "done". Then docs/results/relatives.md can be written from OUT/*.txt.
set -euo pipefail
ptee=${PTEE:-artifacts/bin/Ptee.Cli/release/ptee}
from=${1:?"folder of the imported ResNet-20"}
out=${2:?"folder for what is trained and said"}
epochs=${EPOCHS:-8}
mkdir -p "$out"

# name, place options, train options, calibrate options, accuracy options
run() {
  local name=$1 place=$2 train=$3 calibrate=$4
  local dir=$out/$name
  [ -e "$out/$name.txt" ] && return
  if [ ! -e "$dir/placement.json" ]; then
    mkdir -p "$dir"
    cp "$from/backbone.json" "$from/backbone.safetensors" "$dir/"
    # shellcheck disable=SC2086
    "$ptee" place "$dir" $place > /dev/null
  fi
  local model=$dir
  case $train in *joint*|*branchynet*|*eenet*) model=$dir/model; train="$train -o $model" ;; esac
  if [ ! -e "$model/training.json" ]; then
    # shellcheck disable=SC2086
    "$ptee" train "$dir" --data cifar10 --epochs "$epochs" --checkpoint "$dir/state" --resume $train
  fi
  # shellcheck disable=SC2086
  "$ptee" calibrate "$model" --data cifar10 --codec-loss 0 $calibrate > "$out/$name.calibrate"
  "$ptee" pack "$model" -o "$out/$name.ptee" > /dev/null
  for point in lossless accurate balanced; do
    "$ptee" eval "$out/$name.ptee" --data cifar10 --point $point --json "$out/$name-$point.json"
  done > "$out/$name.txt.part"
  "$ptee" curve "$out/$name.ptee" --data cifar10 -o "$out/$name.png" > /dev/null
  mv "$out/$name.txt.part" "$out/$name.txt"
}

paper="--method fine --exits 3 --branch conv2"
run ptee-as-published "$paper" "--loss paper --lambda 0.9" "--gate confidence --thresholds one"
run ours "--at pixels,7 --branch pixels,separable --confidence sorted" "--loss independent" ""
run branchynet "$paper" "--loss branchynet" "--gate entropy --thresholds one"
run eenet "$paper" "--loss eenet --lambda 0.9" "--gate confidence --thresholds one"
run class-means "--method fine --exits 3 --branch pool --confidence class-means" "--loss independent" "--gate confidence"
run per-class "$paper --confidence sorted" "--loss independent" "--thresholds class"
run shallow-net-before "--at pixels --branch pixels --confidence sorted" "--loss independent" ""
run two-exits "--at 3,6 --branch separable --confidence sorted" "--loss independent" ""
run independent "$paper --confidence sorted" "--loss independent" ""
run sequential "$paper --confidence sorted" "--loss sequential" ""
run joint "$paper" "--loss joint" ""
echo done
