--[[
Shows that a member is alive, or that it leaves; forgets members that fell silent.

KEYS  1 members       sorted set: member by the time until which it counts as alive
      2 details       hash: member to "<order of joining>:<partitions it can own>"
      3 assignment
ARGV  1 member
      2 milliseconds until it counts as silent; 0 when it leaves
      3 partitions it can own
      4 channel
Reply {
        member, order of joining, partitions, of each live member,
        fields and values of the assignment,
        milliseconds until the next member falls silent unless it is heard of
      }
]]
--- include checks
writable(KEYS[1], 'zset', 'ZREM', 'ZADD', 'ZRANGE')
writable(KEYS[2], 'hash', 'HDEL', 'HEXISTS', 'HSET', 'HGET')
writable(KEYS[3], 'hash', 'HINCRBY', 'HGETALL')
local members, details, member, ttl = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local changed = false
-- Further away than any heartbeat lasts: the clock was set back since. Who is alive shows it again soon enough.
if ttl > 0 then
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', members, string.format('(%.0f', now + 2 * ttl + 5000), '+inf')) do
    redis.call('ZADD', members, string.format('%.0f', now + ttl), name)
  end
end
for _, silent in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', now)) do
  if silent ~= member or ttl == 0 then
    redis.call('ZREM', members, silent)
    redis.call('HDEL', details, silent)
    changed = true
  end
end
if ttl == 0 then
  if redis.call('ZREM', members, member) == 1 then changed = true end
  redis.call('HDEL', details, member)
else
  redis.call('ZADD', members, string.format('%.0f', now + ttl), member)
  if redis.call('HEXISTS', details, member) == 0 then
    redis.call('HSET', details, member, redis.call('HINCRBY', KEYS[3], 'joined', 1) .. ':' .. ARGV[3])
    changed = true
  end
end
if changed then redis.pcall('PUBLISH', ARGV[4], 'members') end
local live = {}
for _, name in ipairs(redis.call('ZRANGE', members, 0, -1)) do
  local joined, partitions = string.match(redis.call('HGET', details, name) or '0:0', '(%d+):(%d+)')
  live[#live + 1] = name
  live[#live + 1] = joined
  live[#live + 1] = partitions
end
local first = redis.call('ZRANGE', members, 0, 0, 'WITHSCORES')
return {live, redis.call('HGETALL', KEYS[3]), first[2] and math.max(0, tonumber(first[2]) - now) or -1}
