#!/usr/bin/env bash
# Shows that a run over ten times the prompts takes ten times as long, no more memory of the driver, and loses nothing when
# an executor and then the driver are killed with -9 on its way.
#
#   --rows N     prompts of the long run (100000)
#   --base N     prompts of the short run, which are the first of the long one's (10000)
#   --wave-rows N  prompts of a wave, in both runs (half of the short run)
#   --dir DIR    where input, tables, logs and samples of the heap go (target/scale-ROWS)
#   --master URL Spark master (local-cluster[2,1,1024]: two executors beside the driver)
#   All other arguments go to "talon generate".
#
# The same command again goes on where this one was stopped. It prints a table and ends with 1 if a bar is missed:
#   time    of the long run, kills and restarts included: its prompts' share of the short run's time and 5% more
#   heap    live in the driver, median of the last third of the samples: 1.2 times that of the first third
#   rows    every prompt once, none in quarantine
#   texts   of the short run's prompts: the same in both runs
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

sample_every=5 # seconds between two looks at the driver's heap
rows=100000
base=10000
wave_rows=
directory=
master='local-cluster[2,1,1024]'
arguments=()
while (($#)); do
  case $1 in
    --rows | --base | --wave-rows | --dir | --master)
      (($# > 1)) || fail "$1 takes a value" 2
      option=${1#--}
      case $option in dir) option=directory ;; wave-rows) option=wave_rows ;; esac
      printf -v "$option" '%s' "$2"
      shift
      ;;
    -h | --help)
      sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
[[ $rows =~ ^[1-9][0-9]*$ && $base =~ ^[1-9][0-9]*$ ]] && ((base < rows)) || fail "rows must be more than base, and both above 0: $rows, $base" 2
: "${wave_rows:=$(((base + 1) / 2))}" "${directory:=$project/target/scale-$rows}"
[[ $wave_rows =~ ^[1-9][0-9]*$ ]] || fail "wave-rows must be a number above 0: $wave_rows" 2

find_java
build
command -v "${java%java}jcmd" >/dev/null || fail "jcmd is needed to look at the driver's heap; install a JDK 17, not only its runtime"
mkdir -p "$directory"
touch "$directory/heap.csv"
input=$directory/input-$rows.jsonl
if [[ ! -e $input ]]; then
  awk -v rows="$rows" 'BEGIN {
    for (i = 0; i < rows; i++)
      printf "{\"id\": \"r-%08d\", \"prompt\": \"Add the numbers %d, %d and %d.\"}\n", i, i % 97, i % 89 + 2, i % 1009 + 3
  }' >"$input.new"
  mv "$input.new" "$input"
fi

driver=
trap '[[ -z $driver ]] || kill "$driver" 2>/dev/null || true' EXIT

# Live bytes of a JVM's heap, after a full collection; nothing if it has just ended: live PID
live() {
  "${java%java}jcmd" "$1" GC.class_histogram 2>/dev/null | awk '/^Total/ {print $3}' || true
}

waves() {
  find "$1" -maxdepth 1 -name 'wave=*' 2>/dev/null | wc -l
}

# Kills what is due once so many waves are there: an executor first, where there is one below the driver, then the driver
maybe_kill() {
  local out=$1 done=$2 all=$3 executor
  if [[ ! -e $out.killed-1 ]] && ((done * 3 >= all)); then
    executor=$(pgrep -P "$driver" -f CoarseGrainedExecutorBackend | head -n 1 || true)
    if [[ -n $executor ]]; then
      printf 'kill -9 of an executor after %d of %d waves\n' "$done" "$all" >&2
    else
      printf 'kill -9 of the driver after %d of %d waves\n' "$done" "$all" >&2
    fi
    touch "$out.killed-1"
    kill -9 "${executor:-$driver}"
  elif [[ ! -e $out.killed-2 ]] && ((done * 3 >= all * 2)); then
    printf 'kill -9 of the driver after %d of %d waves\n' "$done" "$all" >&2
    touch "$out.killed-2"
    kill -9 "$driver"
  fi
}

# Runs the job until all its waves are there: run NAME ROWS KILLS
run() {
  local name=$1 count=$2 kills=$3 out=$directory/$1 part started code all sampled bytes
  all=$(((count + wave_rows - 1) / wave_rows))
  while [[ ! -e $out.done ]]; do
    part=$(find "$directory" -name "$name.part-*" | wc -l)
    started=$SECONDS
    sampled=$SECONDS
    printf '%s: %d prompts, start %d, %d of %d waves there\n' "$name" "$count" "$((part + 1))" "$(waves "$out")" "$all" >&2
    "$project/jobs/generate.sh" --master "$master" --input "$input" --limit "$count" --output "$out" --wave-rows "$wave_rows" \
      --max-new-tokens 8 --threads 1 --round-stats none "${arguments[@]}" >"$out.out" 2>>"$out.err" &
    driver=$!
    while kill -0 "$driver" 2>/dev/null; do
      sleep 1
      printf '%d\n' $((SECONDS - started)) >"$out.part-$part"
      if ((SECONDS - sampled >= sample_every)); then
        sampled=$SECONDS
        bytes=$(live "$driver")
        [[ -z $bytes ]] || printf '%s,%d,%d,%s\n' "$name" "$part" $((SECONDS - started)) "$bytes" >>"$directory/heap.csv"
      fi
      ((kills == 0)) || maybe_kill "$out" "$(waves "$out")" "$all"
    done
    code=0
    wait "$driver" || code=$?
    printf '%d\n' $((SECONDS - started)) >"$out.part-$part"
    driver=
    case $code in
      0) touch "$out.done" ;;
      137) ((part < 20)) || fail "the $name run was killed 20 times; see $out.err" ;;
      *) fail "the $name run ended with exit code $code; see $out.err" "$code" ;;
    esac
  done
}

seconds() {
  cat "$directory/$1".part-* | awk '{sum += $1} END {print sum}'
}

# Median of the live heap, in MB, in the first or the last third of a run's samples: heap NAME first|last
heap() {
  awk -F, -v name="$1" '$1 == name {print $4 / 1048576}' "$directory/heap.csv" | awk -v part="$2" '
    {all[NR] = $1}
    END {
      third = int((NR + 2) / 3); from = part == "first" ? 1 : NR - third + 1
      for (i = from; i < from + third; i++) {
        for (j = i; j > from && all[j - 1] > all[j]; j--) {t = all[j]; all[j] = all[j - 1]; all[j - 1] = t}
      }
      if (NR) printf "%.1f", all[from + int(third / 2)]
    }'
}

missed=0
# Prints a bar: bar NAME MEASURED LIMIT CONDITION, where awk decides on the condition
bar() {
  local verdict=pass
  awk "BEGIN {exit !($4)}" || { verdict=FAIL; missed=1; }
  printf '%-8s %24s   %-28s %s\n' "$1" "$2" "$3" "$verdict"
}

run short "$base" 0
run long "$rows" 2
read -r -a opens < <(sed -n 's:.*<spark.opens>\(.*\)</spark.opens>.*:\1:p' "$project/pom.xml")
found=$(SPARK_LOCAL_IP=127.0.0.1 "$java" -Xmx2g "${opens[@]}" "-Dlog4j2.configurationFile=file:$project/conf/log4j2.properties" \
  -Dtalon.log=error -cp "$project/target/spark-home/jars/*" "$project/jobs/scale/Check.java" "$directory/short" "$directory/long")
read -r generations distinct compared unequal quarantined <<<"$found"

printf '\n%-6s %8s %6s %7s %8s %7s %24s\n' run rows waves starts seconds rows/s 'live heap first, last MB'
for name in short long; do
  count=$([[ $name == short ]] && printf '%s' "$base" || printf '%s' "$rows")
  took=$(seconds "$name")
  printf '%-6s %8d %6d %7d %8d %7.1f %24s\n' "$name" "$count" "$(waves "$directory/$name")" \
    "$(find "$directory" -name "$name.part-*" | wc -l)" "$took" "$(awk "BEGIN {print $count / ($took > 0 ? $took : 1)}")" \
    "$(heap "$name" first), $(heap "$name" last)"
done
printf '\n%-8s %24s   %s\n' bar measured limit
ratio=$(awk "BEGIN {printf \"%.2f\", $(seconds long) / $(seconds short)}")
most=$(awk "BEGIN {printf \"%.2f\", 1.05 * $rows / $base}")
bar time "$ratio times" "at most $most times" "$ratio <= $most"
first=$(heap long first) last=$(heap long last)
growth=$(awk "BEGIN {printf \"%.2f\", ${last:-0} / ${first:-1}}")
bar heap "$growth times" "at most 1.2 times" "$growth > 0 && $growth <= 1.2"
bar rows "$generations, $distinct different" "$rows, none in quarantine ($quarantined)" "$generations == $rows && $distinct == $rows && $quarantined == 0"
bar texts "$((compared - unequal)) equal" "$base" "$compared == $base && $unequal == 0"
bar kills "$(find "$directory" -name 'long.killed-*' | wc -l)" 2 "$(find "$directory" -name 'long.killed-*' | wc -l) == 2"
exit "$missed"
