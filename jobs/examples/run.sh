#!/usr/bin/env bash
# Runs one of the Java examples on all cores of this machine, from its source: jobs/examples/run.sh NAME
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../common.sh"
find_java
build
cd "$project"
read -r -a opens < <(sed -n 's:.*<spark.opens>\(.*\)</spark.opens>.*:\1:p' pom.xml)
exec "$java" "${opens[@]}" -Dspark.master='local[*]' -Dspark.app.name="$1" -Dspark.ui.enabled=false \
  "-Dlog4j2.configurationFile=file:$project/conf/log4j2.properties" -Dtalon.log=error \
  -cp "$jar:target/spark-home/jars/*" "$here/$1.java"
