--[[
Makes the lease's owner the consumer of everything pending, whoever it was delivered to, without counting that as a
delivery; removes entries that were trimmed away, and consumers that hold nothing.

KEYS  1 lease
      2.. streams
ARGV  1 token
      2 group
      3 member        its name up to a final ".<number>" is the lease's
      4.. topic of each stream
Reply for each stream {
        ids of pending entries that were trimmed away,
        id, deliveries, 1 when it was this lease's before, of each pending entry, oldest first,
        id that was last delivered to the group
        id after which the group began
      }
]]
--- include checks
writable(KEYS[1], 'hash', 'HSETNX', 'HGET')
for index = 2, #KEYS do
  writable(KEYS[index], 'stream', 'XAUTOCLAIM', 'XPENDING')
  mayRun('XINFO', KEYS[index], 'CONSUMERS')
  mayRun('XINFO', KEYS[index], 'GROUPS')
  mayRun('XGROUP', KEYS[index], 'DELCONSUMER')
end
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return redis.error_reply('FENCED the lease is held by another member')
end
local group, member = ARGV[2], ARGV[3]
local function leaseOf(consumer) return string.match(consumer, '^(.*/%d+)') or consumer end
local reply = {}
for i = 2, #KEYS do
  local stream = KEYS[i]
  local mine = {}
  for _, entry in ipairs(redis.call('XPENDING', stream, group, '-', '+', 1000000)) do
    mine[entry[1]] = leaseOf(entry[2]) == leaseOf(member)
  end
  local lost, cursor = {}, '0-0'
  repeat
    local claimed = redis.call('XAUTOCLAIM', stream, group, member, 0, cursor, 'COUNT', 1000, 'JUSTID')
    cursor = claimed[1]
    for _, id in ipairs(claimed[3] or {}) do lost[#lost + 1] = id end
  until cursor == '0-0'
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    if consumer[4] == 0 and consumer[2] ~= member then
      redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer[2])
    end
  end
  local pending = {}
  for _, entry in ipairs(redis.call('XPENDING', stream, group, '-', '+', 1000000)) do
    pending[#pending + 1] = entry[1]
    pending[#pending + 1] = entry[4]
    pending[#pending + 1] = mine[entry[1]] and 1 or 0
  end
  local last = '0-0'
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    if info[2] == group then
      for field = 1, #info, 2 do
        if info[field] == 'last-delivered-id' then last = info[field + 1] end
      end
    end
  end
  redis.call('HSETNX', KEYS[1], 'from:' .. ARGV[i + 2], last)
  reply[i - 1] = {lost, pending, last, redis.call('HGET', KEYS[1], 'from:' .. ARGV[i + 2])}
end
return reply
