#!/usr/bin/env bash
# Redis 7.0.15 (Debian 12's): a group that was behind when its stream was trimmed has a lag for ever, though it has read all.
# Expected: XINFO GROUPS says how many entries are still to be delivered (or nothing, where it cannot know); 0 at the end.
#           Redis 8.10.2 says 2 after the same trim; Valkey 9.1.2 says 9 there too, but 0 at the end.
# Seen:     10 entries, 1 read, trimmed to 2: lag 9. The last two are read, the group stands at the stream's last id: lag 7,
#           and it stays 7 while all that comes is read. A scaler or an alert by lag never rests.
# Needs: redis-server 7.0.15, redis-cli.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
redis-server --version | grep -q 'v=7\.0\.15 ' || { echo 'needs redis-server 7.0.15'; exit 2; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
ask() { redis-cli -p "$port" --raw "$@"; }
lag() { ask XINFO GROUPS jobs | grep -A 1 '^lag$' | tail -n 1; }
read_all() { ask XREADGROUP GROUP workers first STREAMS jobs '>' | grep -c '^[0-9]*-1$' || true; }
ask INFO server | grep -m 1 redis_version
for i in 1 2 3 4 5 6 7 8 9 10; do ask XADD jobs "$i-1" job "$i" >/dev/null; done
ask XGROUP CREATE jobs workers 0 >/dev/null
ask XREADGROUP GROUP workers first COUNT 1 STREAMS jobs '>' >/dev/null
ask XTRIM jobs MAXLEN 2 >/dev/null
trimmed=$(lag)
read=$(read_all)
end=$(lag)
ask XADD jobs 11-1 job 11 >/dev/null
read_all >/dev/null
later=$(lag)
echo "lag after the trim, with 2 entries left: $trimmed"
echo "lag after these $read were read: $end; after one more came and was read: $later"
[ "$trimmed" = 9 ] && [ "$read" = 2 ] && [ "$end" = 7 ] && [ "$later" = 7 ]
