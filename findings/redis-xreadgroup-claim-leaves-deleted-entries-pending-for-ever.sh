#!/usr/bin/env bash
# Redis 8.10.2: XREADGROUP … CLAIM passes over pending entries that were deleted and leaves them in the list for ever.
# Expected: as XAUTOCLAIM does: an entry that is no longer in the stream leaves the pending list and is named in the reply.
# Seen:     no trace of it in the reply, and the pending count stays however often and by whomever CLAIM is called: a group
#           that recovers by CLAIM alone grows by every entry that is trimmed while pending, and its pending count, which
#           monitoring watches, never reaches 0. One XAUTOCLAIM clears it.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start
ask INFO server | grep -m 1 redis_version
for i in 1 2 3 4 5; do ask XADD jobs "$i-1" job "$i" >/dev/null; done
ask XGROUP CREATE jobs workers 0 >/dev/null
ask XREADGROUP GROUP workers first STREAMS jobs '>' >/dev/null
ask XTRIM jobs MAXLEN 2 >/dev/null
for consumer in second third; do
  reply=$(ask XREADGROUP GROUP workers "$consumer" CLAIM 0 STREAMS jobs '>' | grep -c '^[0-9]*-1$')
done
ask XACK jobs workers 4-1 5-1 >/dev/null
ask XREADGROUP GROUP workers second CLAIM 0 STREAMS jobs '>' >/dev/null
left=$(ask XPENDING jobs workers | head -n 1)
named=$(ask XAUTOCLAIM jobs workers second 0 0 | grep -c '^[123]-1$')
after=$(ask XPENDING jobs workers | head -n 1)
echo "claimed by XREADGROUP CLAIM: $reply of 5, 3 were trimmed while pending"
echo "all acknowledged that were claimed; still pending: $left"
echo "named as deleted by one XAUTOCLAIM: $named; still pending: $after"
[ "$reply" = 2 ] && [ "$left" = 3 ] && [ "$named" = 3 ] && [ "$after" = 0 ]
