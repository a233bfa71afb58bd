# Laid out like prom/prometheus: the server in /bin, its data in /prometheus, listening on 9090, and a wget for the health
# check. Debian's is an older version (2.42): what it takes, newer ones take too.
variable=PROMETHEUS_IMAGE
inputs=(/usr/bin/prometheus /usr/bin/wget)
changes=(
  'USER 65534'
  'WORKDIR /prometheus'
  'ENTRYPOINT ["/bin/prometheus"]'
  'ENV PATH=/bin:/usr/bin'
  'VOLUME /prometheus'
  'EXPOSE 9090'
)

fill() {
  program_as "$1" /usr/bin/prometheus /bin/prometheus
  programs "$1" /usr/bin/wget
  mkdir "$1/prometheus" && chown 65534:65534 "$1/prometheus"
}
