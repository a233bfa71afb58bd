# Jaeger for the tests of tracing. Its module cannot be installed by its path, and there is no program to download: it is
# built while the static checks run, and kept outside the checkout. Five minutes the first time.
JAEGER_VERSION=1.76.0
export JAEGER_BINARY=${JAEGER_BINARY:-$HOME/.cache/millrace/jaeger-$JAEGER_VERSION/jaeger}

begin_jaeger() {
  jaeger_build=
  [ -x "$JAEGER_BINARY" ] && return
  build_jaeger >"$work/jaeger.log" 2>&1 &
  jaeger_build=$!
}

build_jaeger() {
  local module
  module=$(go mod download -json "github.com/jaegertracing/jaeger@v$JAEGER_VERSION" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p') &&
    cp -r "$module" "$work/jaeger" && chmod -R u+w "$work/jaeger" && mkdir -p "$(dirname "$JAEGER_BINARY")" &&
    (cd "$work/jaeger" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$work/jaeger-program" ./cmd/jaeger) &&
    mv "$work/jaeger-program" "$JAEGER_BINARY"
}

await_jaeger() {
  [ -n "$jaeger_build" ] || return 0
  heading 'Jaeger'
  wait "$jaeger_build" || { tail -n 40 "$work/jaeger.log"; fail 'building Jaeger (it needs Go 1.24 or newer)'; }
}
