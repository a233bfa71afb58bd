#!/usr/bin/env bash
# Redis 8.10.2: after XNACK … FATAL the same entry has two opposite delivery counts, by who asks.
# Expected: XPENDING gives the same delivery count to a client and to a script, and `count >= limit` finds the entry.
# Seen:     a client gets 9223372036854775807; a Lua script gets 9.2233720368548e+18, and what it returns of it comes out
#           as -9223372036854775808: a script that hands the count on says "never delivered" of the one entry that was
#           marked as fatal, so that a limit on deliveries never catches it.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start
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
