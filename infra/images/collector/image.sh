# Laid out like otel/opentelemetry-collector-contrib. Jaeger's second generation is a distribution of that collector which
# has all the components that infra/compose/collector names.
variable=COLLECTOR_IMAGE
jaeger=${JAEGER_BINARY:-$HOME/.cache/millrace/jaeger-1.76.0/jaeger}
inputs=("$jaeger")
changes=(
  'USER 10001'
  'ENTRYPOINT ["/otelcol-contrib"]'
  'CMD ["--config", "/etc/otelcol-contrib/config.yaml"]'
  'EXPOSE 4317 4318'
)

fill() {
  program_as "$1" "$jaeger" /otelcol-contrib
}
