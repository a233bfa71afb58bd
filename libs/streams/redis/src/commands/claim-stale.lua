--[[
Competing groups: takes entries whose owner went idle, oldest first, counted as delivered once more. One that was
delivered before comes alone: it may have crashed its owner. Removes consumers that hold nothing and were silent for long.
An entry that was trimmed away is left to an owner that is alive.

The clock of the server may have been set back since an owner was heard of, so that its times lie ahead: the server shows
them as 0. What may be one of those counts from now on, which changes nothing for an owner that is alive.

KEYS  1 stream
ARGV  1 group
      2 member
      3 milliseconds after which an owner counts as silent
      4 the most entries to take
Reply {
        deliveries before this one, id and fields, of each entry,
        ids of entries that were trimmed away
      }
]]
--- include checks
--- include deliveries
--- include trimmed
writable(KEYS[1], 'stream', 'XCLAIM', 'XACK', 'XRANGE', 'XREADGROUP')
mayRun('XINFO', KEYS[1], 'CONSUMERS')
mayRun('XGROUP', KEYS[1], 'DELCONSUMER')
local stream, group, member, idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local taken, lost, most = {}, {}, tonumber(ARGV[4])
local consumers, alive = redis.call('XINFO', 'CONSUMERS', stream, group), {}
for _, info in ipairs(consumers) do alive[info[2]] = info[6] < idle end

local left = 1000
for _, info in ipairs(consumers) do
  local owner, silent = info[2], info[6]
  if owner ~= member and info[4] > 0 and left > 0 and (silent == 0 or silent >= idle) then
    local least = math.min(silent, idle)
    if silent == 0 then
      redis.call('XREADGROUP', 'GROUP', group, owner, 'COUNT', 1, 'STREAMS', stream, '18446744073709551615-0')
    end
    for _, entry in ipairs(redis.call('XPENDING', stream, group, '-', '+', left, owner)) do
      left = left - 1
      if entry[3] < math.max(least, 1) and not isTrimmed(stream, entry[1]) then
        redis.call('XCLAIM', stream, group, owner, 0, entry[1], 'IDLE', least, 'JUSTID')
      end
    end
  end
end

-- True once nothing more is to be taken.
local function take(entry)
  local id, owner, deliveries = entry[1], entry[2], deliveryCountOf(entry)
  if deliveries > 0 and taken[1] then return true end
  if owner == member then return false end
  if not isTrimmed(stream, id) then
    taken[#taken + 1] = {deliveries, redis.call('XCLAIM', stream, group, member, idle, id, 'RETRYCOUNT', deliveries + 1)[1]}
  elseif not alive[owner] then
    redis.call('XACK', stream, group, id)
    lost[#lost + 1] = id
  end
  return taken[1] ~= nil and (deliveries > 0 or #taken >= most)
end

-- Entries that are passed over must not hide what comes after them; a call stays short all the same.
local after, full = '-', false
for _ = 1, 10 do
  local entries = redis.call('XPENDING', stream, group, 'IDLE', idle, after, '+', math.max(most, 100))
  for _, entry in ipairs(entries) do
    full = take(entry)
    if full then break end
    after = '(' .. entry[1]
  end
  if full or #entries == 0 then break end
end
for _, info in ipairs(consumers) do
  if info[2] ~= member and info[4] == 0 and info[6] > math.max(2 * idle, 60000) then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, info[2])
  end
end
return {taken, lost}
