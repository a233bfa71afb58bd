#!/usr/bin/env bash
# Redis 8.10.2: XADD IDMPAUTO takes two different entries for one and drops the second.
# Expected: the id that IDMPAUTO derives from the content differs when the content does; an entry is a list of fields and
#           values in which names may repeat and order counts (XRANGE gives it back as it came).
# Seen:     the order does not enter the id. "step open step close" and "step close step open" are the same to it: the
#           second XADD answers with the first one's id and stores nothing.
source "$(dirname "$0")/servers/redis-8.10.2.bash"
redis_start
ask INFO server | grep -m 1 redis_version
ask XADD plain '*' step open step close >/dev/null
ask XADD plain '*' step close step open >/dev/null
first=$(ask XADD doors IDMPAUTO p '*' step open step close)
second=$(ask XADD doors IDMPAUTO p '*' step close step open)
other=$(ask XADD doors IDMPAUTO p '*' step open step open)
echo "without IDMPAUTO: $(ask XLEN plain) entries, $(ask XRANGE plain - + | tr '\n' ' ')"
echo "with IDMPAUTO the ids are $first, $second and, for other values, $other: $(ask XLEN doors) entries"
[ "$(ask XLEN plain)" = 2 ] && [ "$first" = "$second" ] && [ "$other" != "$first" ] && [ "$(ask XLEN doors)" = 2 ]
