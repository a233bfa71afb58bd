# Laid out like apache/kafka: KAFKA_* variables become the broker's settings by Kafka's own docker wrapper, data lies in
# /var/lib/kafka/data (or where KAFKA_LOG_DIRS says), and it runs as appuser.
variable=KAFKA_IMAGE
jars=${KAFKA_LIBS:-$HOME/.cache/millrace/kafka-4.4.0}
java_home=$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /usr/bin/java)")")")
inputs=("$jars" "$java_home/lib/modules")
changes=(
  'ENTRYPOINT ["/etc/kafka/docker/run"]'
  'ENV PATH=/opt/kafka/bin:/opt/java/bin:/usr/local/bin:/usr/bin:/bin'
  'ENV JAVA_HOME=/opt/java'
  'USER appuser'
  'WORKDIR /'
  'VOLUME /var/lib/kafka/data'
  'EXPOSE 9092'
)

fill() {
  local root=$1
  fill_java "$root"
  folder_as "$root" "$jars" /opt/kafka/libs
  script_as "$root" "$images/kafka/run.sh" /etc/kafka/docker/run
  copy "$root" "$images/kafka/server.properties" /etc/kafka/docker/server.properties
  copy "$root" "$images/kafka/log4j2.properties" /etc/kafka/docker/log4j2.properties
  mkdir -p "$root"/opt/kafka/{config,logs} "$root/var/lib/kafka/data" "$root/mnt/shared/config" "$root/home/appuser"
  chown -R 1000:1000 "$root"/opt/kafka/{config,logs} "$root/var/lib/kafka/data" "$root/home/appuser"
}

# What a server needs of a Java installation.
fill_java() {
  local root=$1
  program_as "$root" "$java_home/bin/java" /opt/java/bin/java
  mkdir -p "$root/opt/java/lib"
  (cd "$java_home/lib" && cp -rL jvm.cfg modules security server tzdb.dat ./*.so jexec "$root/opt/java/lib")
  rm -f "$root/opt/java/lib/server/classes.jsa" "$root/opt/java/lib/server/classes_nocoops.jsa"
  folder_as "$root" "$java_home/conf" /opt/java/conf
  libraries "$root" "$java_home"/lib/lib{java,jli,jimage,net,nio,verify,zip,management,management_ext,extnet}.so \
    "$java_home/lib/server/libjvm.so"
}
