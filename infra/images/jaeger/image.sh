# Laid out like jaegertracing/jaeger (version 2): OTLP on 4317 and 4318, queries on 16686, status on 13133.
variable=JAEGER_IMAGE
jaeger=${JAEGER_BINARY:-$HOME/.cache/millrace/jaeger-1.76.0/jaeger}
inputs=("$jaeger")
changes=(
  'ENTRYPOINT ["/cmd/jaeger/jaeger-linux"]'
  'ENV JAEGER_LISTEN_HOST=0.0.0.0'
  'EXPOSE 4317 4318 13133 16686'
)

fill() {
  program_as "$1" "$jaeger" /cmd/jaeger/jaeger-linux
}
