--[[
Gives a lease back. What is still pending keeps the number of attempts that were really made, so that the next owner
counts right; a consumer that holds nothing is removed. XCLAIM drops entries that were trimmed away.

KEYS  1 lease
      2.. streams
ARGV  1 token
      2 group
      3 member
      4 channel
      5 1 when every entry may be delivered in batches again, 0 when some must still be redelivered individually
      6.. runs of pending entries with the same delivery count: index of the stream among KEYS, the count, number of ids, the ids
Reply for each stream the ids of pending entries that were trimmed away; nothing when the lease was somebody else's
]]
--- include checks
--- include trimmed
writable(KEYS[1], 'hash', 'HSET')
for index = 2, #KEYS do
  writable(KEYS[index], 'stream', 'XCLAIM', 'XPENDING', 'XRANGE')
  mayRun('XGROUP', KEYS[index], 'DELCONSUMER')
end
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return {} end
local group, member = ARGV[2], ARGV[3]
local lost = {}
for i = 2, #KEYS do lost[i - 1] = {} end
local function pendingOf(stream) return redis.pcall('XPENDING', stream, group)[1] or 0 end
local at = 6
while at <= #ARGV do
  local index, deliveryCount, count = tonumber(ARGV[at]), ARGV[at + 1], tonumber(ARGV[at + 2])
  local stream = KEYS[index]
  at = at + 3
  for first = at, at + count - 1, 1000 do
    local ids = {unpack(ARGV, first, math.min(first + 999, at + count - 1))}
    ids[#ids + 1] = 'RETRYCOUNT'
    ids[#ids + 1] = deliveryCount
    ids[#ids + 1] = 'JUSTID'
    local before = pendingOf(stream)
    local claimed = redis.pcall('XCLAIM', stream, group, member, 0, unpack(ids))
    if pendingOf(stream) < before then
      local kept = {}
      for _, id in ipairs(claimed) do kept[id] = true end
      for i = 1, #ids - 3 do
        if not kept[ids[i]] and isTrimmed(stream, ids[i]) then table.insert(lost[index - 1], ids[i]) end
      end
    end
  end
  at = at + count
end
for i = 2, #KEYS do
  local summary = redis.pcall('XPENDING', KEYS[i], group)
  local holds = summary.err ~= nil
  for _, consumer in ipairs(summary[4] or {}) do
    if consumer[1] == member then holds = true end
  end
  if not holds then redis.call('XGROUP', 'DELCONSUMER', KEYS[i], group, member) end
end
redis.call('HSET', KEYS[1], 'token', '', 'owner', '', 'clean', ARGV[5])
redis.pcall('PUBLISH', ARGV[4], 'released')
return lost
