--[[
How a group stands in one partition of a topic.

KEYS  1 stream
      2 lease         left out, as what follows, for a group that another program made
      3 outbox
ARGV  1 group
      2 topic
Reply {
        owner, epoch, last acknowledged id, each empty when there is none,
        1 when the native group exists,
        entries not delivered yet: -1 when nobody can say, -2 when the group has no position there,
        entries pending, those of them that were trimmed away (-1: too many to count), oldest pending id or empty,
        consumer and its pending entries, in turn,
        outputs waiting in the outbox
      }
]]
--- include order
local stream, group = KEYS[1], ARGV[1]
local held = KEYS[2] and redis.call('HMGET', KEYS[2], 'owner', 'epoch', 'at:' .. ARGV[2]) or {}
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local exists, undelivered, delivered = 0, -2, '0-0'
local length = redis.call('XLEN', stream)

-- How many entries come after an id, when that is few: exact whatever was trimmed, deleted or set by hand. Large entries
-- are counted in smaller parts, since each of them is read for it.
local function countAfter(id)
  local count, bytes = 0, 0
  while count < 1000 and bytes < 4000000 do
    local most = bytes > 0 and math.max(1, math.floor(math.min(1000 - count, 400000 * count / bytes))) or 10
    local entries = redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', most)
    for _, entry in ipairs(entries) do
      for _, text in ipairs(entry[2]) do bytes = bytes + #text end
    end
    count = count + #entries
    if #entries < most then return count end
    id = entries[#entries][1]
  end
end

local function undeliveredTo(fields)
  local delivered = fields['last-delivered-id']
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1]
  if less(delivered, first) then return length end
  local counted = countAfter(delivered)
  if counted then return counted end
  -- The server counts what was trimmed away before it was read as not delivered.
  local lag = fields['lag']
  return lag and lag <= length and lag or -1
end

local groups = redis.pcall('XINFO', 'GROUPS', stream)
for _, info in ipairs(groups) do
  local fields = {}
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  if fields['name'] == group then
    exists, delivered = 1, fields['last-delivered-id']
    undelivered = last and undeliveredTo(fields) or 0
  end
end
if not last or (exists == 0 and last[1] == held[3]) then undelivered = 0 end
local pending, oldest, consumers, trimmed = 0, '', {}, 0
if exists == 1 then
  local summary = redis.call('XPENDING', stream, group)
  pending, oldest = summary[1], summary[2] or ''
  for _, consumer in ipairs(summary[4] or {}) do
    consumers[#consumers + 1] = consumer[1]
    consumers[#consumers + 1] = consumer[2]
  end
end
if not KEYS[2] and pending == 0 and delivered ~= '0-0' then held[3] = delivered end
if pending > 0 then
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local gone = redis.call('XPENDING', stream, group, '-', first and ('(' .. first[1]) or '+', 10000)
  trimmed = #gone < 10000 and #gone or -1
end
return {held[1] or '', held[2] or '', held[3] or '', exists, undelivered, pending, trimmed, oldest, consumers,
  KEYS[3] and redis.call('XLEN', KEYS[3]) or 0}
