#!/usr/bin/env bash
# Redis 8.10.2: the idle time that XREADGROUP … CLAIM gives with an entry is the time since 1970 when XNACK gave it back.
# Expected: milliseconds since the last delivery, or -1 as XPENDING says of the same entry.
# Seen:     the Unix time in milliseconds: "idle for 56 years". A consumer that measures how long work lay about, or warns
#           above a bound, takes it for real.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start
ask INFO server | grep -m 1 redis_version
ask XADD jobs 1-1 job 1 >/dev/null
ask XGROUP CREATE jobs workers 0 >/dev/null
ask XREADGROUP GROUP workers first STREAMS jobs '>' >/dev/null
ask XNACK jobs workers FAIL IDS 1 1-1 >/dev/null
pending=$(ask XPENDING jobs workers - + 1 | sed -n 3p)
idle=$(ask XREADGROUP GROUP workers second CLAIM 0 STREAMS jobs '>' | sed -n 5p)
echo "idle by XPENDING: $pending"
echo "idle by XREADGROUP CLAIM: $idle ms, the Unix time is $(date +%s)000 ms"
[ "$pending" = -1 ] && [ "$((idle / 60000))" -ge "$(($(date +%s) / 60 - 1))" ]
