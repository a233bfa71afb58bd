# Laid out like axllent/mailpit: one program, SMTP on 1025, its pages and its API on 8025.
variable=MAILPIT_IMAGE
mailpit=${MAILPIT_BINARY:-$HOME/.cache/millrace/mailpit-1.33.1/mailpit}
inputs=("$mailpit")
changes=(
  'ENTRYPOINT ["/mailpit"]'
  'EXPOSE 1025 8025'
)

fill() {
  program_as "$1" "$mailpit" /mailpit
  mkdir "$1/data"
}
