#!/usr/bin/env bash
# Redis 8.10.2, append-only file without the RDB preamble: an entry that XADD IDMP refused as a duplicate is in the stream
# after a restart.
# Expected: XADD IDMP with a known idempotent id stores nothing, and nothing is what a restart brings back.
# Seen:     the refused XADD is written to the append-only file all the same, with `*` for its id. A rewrite of the file
#           keeps the idempotent ids of entries that are still in the stream only; that of a trimmed one is lost. The line
#           then counts as new when the file is loaded: the stream has one entry more, under the id of the loading time.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start --appendonly yes --aof-use-rdb-preamble no
ask INFO server | grep -m 1 redis_version
first=$(ask XADD orders IDMP shop order-1 '*' total 10)
ask XADD orders IDMP shop order-2 '*' total 20 >/dev/null
ask XTRIM orders MAXLEN 1 >/dev/null
ask BGREWRITEAOF >/dev/null
until ask INFO persistence | grep -q '^aof_rewrite_in_progress:0' &&
  ask INFO persistence | grep -q '^aof_rewrites:1'; do sleep 0.1; done
again=$(ask XADD orders IDMP shop order-1 '*' total 10)
before=$(ask XLEN orders)
redis_stop
redis_start --appendonly yes --aof-use-rdb-preamble no
after=$(ask XLEN orders)
echo "the repeated order-1 got the id of the first: $([ "$again" = "$first" ] && echo yes || echo no)"
echo "entries before the restart: $before, after it: $after"
ask XRANGE orders - +
[ "$again" = "$first" ] && [ "$before" = 1 ] && [ "$after" = 2 ]
