# Shared by the scripts beside it: finds Java, builds what is missing, submits the job. Sourced, never run.
#
# SPARK_HOME            a Spark 3.5 installation for Scala 2.12; without it, Spark runs from the jars that Maven resolved
# TALON_DRIVER_MEMORY   heap of the driver, which in local mode is also the executor (2g)
# TALON_SUBMIT_OPTIONS  further options of spark-submit, for example "--conf spark.executor.cores=4"
# TALON_LOG             log level (error)

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demo=$project/data-samples/models/talon-demo
demo_prompts=$project/data-samples/prompts.jsonl
few_processors=8

fail() {
  printf 'error: %s\n' "$1" >&2
  exit "${2:-1}"
}

find_java() {
  java=${JAVA_HOME:+$JAVA_HOME/bin/}java
  command -v "$java" >/dev/null || fail "Java 17 is needed, and there is no $java; install a JDK 17 or set JAVA_HOME"
  local version
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [[ $version == 17 ]] || fail "Java 17 is needed, and $java is version ${version:-unknown}; set JAVA_HOME to a JDK 17"
}

find_jar() {
  jar=
  if [[ -d $project/target ]]; then
    jar=$(find "$project/target" -maxdepth 1 -name 'talon-spark-*-app.jar' | sort | tail -n 1)
  fi
}

up_to_date() {
  [[ -n $jar && -d $project/target/spark-home/jars ]] || return 1
  [[ -z $(find "$project/pom.xml" "$project/src/main" -newer "$jar" -print -quit) ]]
}

build() {
  find_jar
  if ! up_to_date; then
    command -v mvn >/dev/null || fail "Maven is needed to build the job; install it, or build with mvn -DskipTests package elsewhere"
    printf 'building the job\n' >&2
    mvn -B -q -f "$project/pom.xml" -DskipTests package >&2 || fail "the build failed"
    find_jar
    touch "$jar" # Maven dates the jar as it dates releases
  fi
}

# Whether an option is among the arguments: has OPTION ARGUMENTS...
has() {
  local option=$1 argument
  shift
  for argument in "$@"; do
    [[ $argument == "$option" || $argument == "$option="* ]] && return 0
  done
  return 1
}

# The value of an option among the arguments, or nothing: value OPTION ARGUMENTS...
value() {
  local option=$1
  shift
  while (($#)); do
    case $1 in
      "$option") printf '%s' "${2-}"; return ;;
      "$option="*) printf '%s' "${1#*=}"; return ;;
    esac
    shift
  done
}

processors() {
  getconf _NPROCESSORS_ONLN
}

# How Java compiles and collects garbage while an engine computes in the same process: sparing COMMAND MASTER DEVICE. Where
# there are few cores, Java's second compiler takes them from the engine's threads for a run's first ten to twenty seconds, and
# next to nothing of a run is Java; and the collector for large heaps spreads the little that a round allocates over so much
# memory that none of it is in a cache. Both stay beside a GPU, which waits for Java, and where somebody has said what to use.
sparing() {
  local command=$1 master=$2 device=$3 given="${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}"
  [[ $command =~ ^(generate|bench|audit)$ && (-z $master || $master == local*) && $device != cuda* ]] || return 0
  (($(processors) > few_processors)) && return 0
  [[ $given =~ -X(int|comp|X:[+-]?Tiered) ]] || printf '%s ' -XX:TieredStopAtLevel=1
  [[ $given =~ -XX:[+-]Use[A-Za-z0-9]*GC ]] || printf '%s ' -XX:+UseSerialGC
}

# Runs a command of the job and ends with its exit code: submit COMMAND ARGUMENTS...
submit() {
  find_java
  build
  local -a options=(-Dai.djl.offline=true -DOPT_OUT_TRACKING=true)
  local -a driver=("${options[@]}" "-Dlog4j2.configurationFile=file:$project/conf/log4j2.properties" "-Dtalon.log=${TALON_LOG:-error}")
  [[ -t 2 ]] && driver+=(-Dtalon.terminal=true)
  local memory=${TALON_DRIVER_MEMORY:-2g} master
  master=$(value --master "$@")
  local -a submit=(--class io.talon.cli.Main --conf "spark.executor.extraJavaOptions=${options[*]}")
  [[ -n $master ]] && submit+=(--master "$master")
  # shellcheck disable=SC2206 # words are meant
  submit+=(${TALON_SUBMIT_OPTIONS:-})
  if [[ -n ${SPARK_HOME:-} ]]; then
    exec "$SPARK_HOME/bin/spark-submit" --driver-memory "$memory" --driver-java-options "${driver[*]}" "${submit[@]}" "$jar" "$@"
  fi
  # shellcheck disable=SC2086 # words are meant
  [[ -n $master ]] || master=$(value --master ${TALON_SUBMIT_OPTIONS:-})
  local -a opens light
  read -r -a light < <(sparing "$1" "$master" "$(value --device "$@")"; echo)
  read -r -a opens < <(sed -n 's:.*<spark.opens>\(.*\)</spark.opens>.*:\1:p' "$project/pom.xml")
  export SPARK_HOME=$project/target/spark-home SPARK_SCALA_VERSION=2.12 SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
  exec "$java" "-Xmx$memory" "${light[@]}" "${opens[@]}" "${driver[@]}" -cp "$project/target/spark-home/jars/*" \
    org.apache.spark.deploy.SparkSubmit "${submit[@]}" "$jar" "$@"
}
