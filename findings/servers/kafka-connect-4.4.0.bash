# Sourced by findings about Kafka Connect 4.4.0: takes its converters and transformations from Maven into a temporary folder, which
# is removed at the end. They need no broker.
# Needs: java 17 or newer, mvn.
# Gives: $folder; connect FILE (compiles and runs one Java file, without the complaints of its logger).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dependency() { printf '<dependency><groupId>org.apache.kafka</groupId><artifactId>%s</artifactId><version>4.4.0</version></dependency>' "$1"; }
cat >"$folder/pom.xml" <<XML
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>connect</artifactId><version>1</version>
  <dependencies>$(dependency connect-json)$(dependency connect-transforms)</dependencies>
</project>
XML
mvn -q -B -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/jars" >"$folder/mvn.log" 2>&1 ||
  { cat "$folder/mvn.log"; exit 2; }
ls "$folder/jars" | grep '^connect-\(json\|transforms\)'
connect() { java -cp "$folder/jars/*" "$1" 2>"$folder/log" || { cat "$folder/log"; exit 2; }; }
