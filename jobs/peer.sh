#!/usr/bin/env bash
# Decoding against another program on the same weights, prompts and threads, one sequence at a time.
#
#   PYTHON=venv/bin/python jobs/peer.sh --target DIR --input FILE [--limit N] [--dtype fp32|bf16] [--threads N] [--max-new-tokens N]
#   jobs/peer.sh --peer llama.cpp --target DIR --input FILE [--types fp32,bf16,int8] [--draft ngram] [options of bench.sh]
#
# The first compares plain decoding with transformers' generate. PYTHON has to have torch and transformers
# (jobs/demo-model/requirements.txt).
#
# The second compares plain decoding in every one of the types, and what --policies names (talon:8,auto) with that draft, with
# llama.cpp's plain decoding of the same weights in Q8_0: the same token ids, prompt by prompt in turn, medians of --repeats
# rounds. It needs Node 20 and npm, which installs llama.cpp's prebuilt library under target/ (80 MB, the first time), and a model
# of the Llama shape with a tokenizer like SmolLM2's. --json FILE takes the figures.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

node_llama=3.21.1

transformers() {
  local python=${PYTHON:-python3}
  "$python" -c 'import torch, transformers' 2>/dev/null || fail "$python has no torch and transformers; set PYTHON to one that has" 2
  "$project/jobs/bench.sh" --policies ar --batches 1 "$@"
  "$python" "$project/jobs/peer/transformers_generate.py" "$@"
}

# Installs node-llama-cpp and the library for this machine once: install_llama FOLDER
install_llama() {
  local platform
  command -v node >/dev/null && command -v npm >/dev/null || fail "Node 20 and npm are needed for --peer llama.cpp; install them" 2
  [[ $(node -p 'parseInt(process.versions.node)') -ge 20 ]] || fail "Node 20 is needed, and this is $(node --version)" 2
  platform=$(node -p 'process.platform + "-" + process.arch')
  [[ $platform =~ ^linux-(x64|arm64)$ ]] || fail "there is no prebuilt llama.cpp for $platform here, only for linux-x64 and linux-arm64" 2
  [[ ! -e $1/installed ]] || return 0
  mkdir -p "$1"
  printf 'installing node-llama-cpp %s into %s\n' "$node_llama" "$1" >&2
  # Without install scripts and optional packages: the library comes ready, and those for GPUs are large.
  npm install --prefix "$1" --ignore-scripts --omit=optional --no-audit --no-fund --no-save --loglevel=error \
    "node-llama-cpp@$node_llama" "@node-llama-cpp/$platform@$node_llama" >&2 \
    || fail "npm could not install node-llama-cpp $node_llama for $platform" 2
  touch "$1/installed"
}

llama_cpp() {
  local types=fp32,bf16,int8 threads=2 repeats=3 json= target
  local -a options=(--batches 1)
  target=$(value --target "$@")
  [[ -f $target/config.json ]] || fail "--target must be a directory with config.json and safetensors: $target" 2
  has --input "$@" || fail "give --input FILE" 2
  has --draft "$@" || options+=(--draft ngram)
  has --policies "$@" || options+=(--policies talon:8,auto)
  while (($#)); do
    case $1 in
      --types) types=${2-}; shift ;;
      --types=*) types=${1#*=} ;;
      --json) json=${2-}; shift ;;
      --json=*) json=${1#*=} ;;
      --threads) threads=${2-}; shift ;;
      --threads=*) threads=${1#*=} ;;
      --repeats) repeats=${2-}; shift ;;
      --repeats=*) repeats=${1#*=} ;;
      --dtype* | --weights*) fail "the types are compared; give --types fp32,bf16,int8 or fewer instead of $1" 2 ;;
      *) options+=("$1") ;;
    esac
    shift || true
  done
  [[ $types =~ ^(fp32|bf16|int8)(,(fp32|bf16|int8))*$ ]] || fail "types must be of fp32, bf16, int8: $types" 2
  [[ $threads =~ ^[1-9][0-9]*$ ]] || fail "threads must be 1 or more: $threads" 2
  [[ $repeats =~ ^[1-9][0-9]*$ ]] || fail "repeats must be 1 or more: $repeats" 2
  find_java
  build
  local folder=$project/target/llama-cpp
  install_llama "$folder"
  local model
  model=$folder/$(cd "$target" && { pwd -P; stat -L -c '%n %s %Y' -- *; } | cksum | cut -d ' ' -f 1)-q8_0.gguf
  if [[ ! -e $model || $project/jobs/peer/llama-cpp/gguf.mjs -nt $model ]]; then
    printf 'converting %s to Q8_0\n' "$target" >&2
    node "$project/jobs/peer/llama-cpp/gguf.mjs" "$target" "$model" || exit 2
  fi
  local -a opens
  read -r -a opens < <(sed -n 's:.*<spark.opens>\(.*\)</spark.opens>.*:\1:p' "$project/pom.xml")
  export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
  exec node "$project/jobs/peer/llama-cpp/compare.mjs" "$folder" "$model" "$json" "$repeats" "$threads" \
    "$java" "-Xmx${TALON_DRIVER_MEMORY:-2g}" "${opens[@]}" -Dai.djl.offline=true -DOPT_OUT_TRACKING=true \
    "-Dlog4j2.configurationFile=file:$project/conf/log4j2.properties" "-Dtalon.log=${TALON_LOG:-error}" \
    -cp "$project/target/spark-home/jars/*:$jar" "$project/jobs/peer/TalonContenders.java" "$types" --threads "$threads" "${options[@]}"
}

(($#)) || fail "give --target DIR and --input FILE as for bench.sh" 2
peer=transformers
arguments=()
while (($#)); do
  case $1 in
    --peer) peer=${2-}; shift ;;
    --peer=*) peer=${1#*=} ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit ;;
    *) arguments+=("$1") ;;
  esac
  shift || true
done
case $peer in
  transformers) transformers "${arguments[@]}" ;;
  llama.cpp) llama_cpp "${arguments[@]}" ;;
  *) fail "peer must be transformers or llama.cpp: $peer" 2 ;;
esac
