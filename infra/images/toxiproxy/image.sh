# Laid out like ghcr.io/shopify/toxiproxy: one static program, its API on 8474.
variable=TOXIPROXY_IMAGE
toxiproxy=${TOXIPROXY_BINARY:-$HOME/.cache/millrace/toxiproxy-2.5.0/toxiproxy}
inputs=("$toxiproxy")
changes=(
  'ENTRYPOINT ["/toxiproxy"]'
  'CMD ["-host=0.0.0.0"]'
  'EXPOSE 8474'
)

fill() {
  program_as "$1" "$toxiproxy" /toxiproxy
}
