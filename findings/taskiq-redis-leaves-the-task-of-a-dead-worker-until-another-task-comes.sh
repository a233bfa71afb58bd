#!/usr/bin/env bash
# taskiq-redis 1.2.4, RedisStreamBroker: the task of a worker that died is not done until somebody sends another task.
# Expected: idle_timeout (default: ten minutes) is how long a task may stay unacknowledged before another worker takes it over; the
#           broker exists for acknowledgement. A waiting worker does so when that time has passed.
# Seen:     a worker looks for tasks left behind only after its read brought new ones (an empty read goes back to reading at once).
#           On a quiet queue the task waits for as long as the queue is quiet: here twelve times the idle_timeout; then one more
#           task is sent, and the old one is done within the same second.
# Needs: redis-server, python3 with pip.
set -euo pipefail
folder=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check taskiq-redis==1.2.4 taskiq==0.13.0 redis==8.1.0
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' >/dev/null &
pids+=($!)
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
cat >shop.py <<'PYTHON'
import asyncio
import os
import sys
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

role, url = sys.argv[1:3]
broker = RedisStreamBroker(url, queue_name="orders", consumer_group_name="packers", idle_timeout=1000, xread_block=500)


@broker.task(task_name="pack")
async def pack(order: str) -> None:
    with open(f"{role}.log", "a") as log:
        log.write(order + "\n")
    if role == "mortal":
        await asyncio.sleep(600)


async def main() -> None:
    await broker.startup()
    if role == "send":
        await pack.kiq(sys.argv[3])
        await broker.shutdown()
    else:
        open(f"{role}.log", "w").close()
        await run_receiver_task(broker)


asyncio.run(main())
PYTHON
shop() { python/bin/python shop.py "$1" "redis://127.0.0.1:$port" "${@:2}"; }
await() { for _ in $(seq 100); do eval "$1" && return; sleep 0.1; done; echo "never: $1"; exit 2; }
python/bin/python shop.py mortal "redis://127.0.0.1:$port" &
mortal=$!
pids+=($mortal)
await '[ -e mortal.log ]'
shop send 'order 1'
await 'grep -q "order 1" mortal.log'
kill -9 $mortal
python/bin/python shop.py heir "redis://127.0.0.1:$port" 2>/dev/null &
pids+=($!)
await '[ -e heir.log ]'
sleep 12
pending=$(redis-cli -p "$port" XPENDING orders packers | head -n 1)
done_alone=$(cat heir.log)
echo "12 s after the worker died: $pending pending, done by the other worker: ${done_alone:-nothing}"
shop send 'order 2'
await '[ "$(wc -l <heir.log)" = 2 ]'
sleep 0.5
after=$(sort heir.log | tr '\n' ' ')
echo "after one more task: $(redis-cli -p "$port" XPENDING orders packers | head -n 1) pending, done by it: $after"
[ "$pending" = 1 ] && [ -z "$done_alone" ] && [ "$after" = 'order 1 order 2 ' ]
