--[[
How a group stands in one partition of a topic.

KEYS  1 stream
      2 lease         left out, as what follows, for a group that another program made
      3 outbox
ARGV  1 group
      2 topic
      3 1 when the server's count of what was read is right also where unread entries were trimmed
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
--- include groups
--- include counts
local stream, group = KEYS[1], ARGV[1]
local held = KEYS[2] and redis.call('HMGET', KEYS[2], 'owner', 'epoch', 'at:' .. ARGV[2]) or {}
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local exists, undelivered, delivered = 0, -2, '0-0'
local length = redis.call('XLEN', stream)

local function undeliveredTo(fields)
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1]
  if less(delivered, first) then return length end
  local left = countFew(stream, '(' .. delivered, '+')
  if left then return left end
  local read = countFew(stream, '-', delivered)
  if read then return length - read end
  -- What the server says counts where it counts right, where nothing is gone, and where its count was found to be right since.
  local lag = fields['lag'] or -1
  local _, gone = countsOf(stream, fields)
  local checked = KEYS[2] and tonumber(redis.call('HGET', KEYS[2], readField(stream))) or 0
  return lag <= length and (ARGV[3] == '1' or gone and gone <= checked) and lag or -1
end

local fields = groupOf(stream, group)
if fields then
  exists, delivered = 1, fields['last-delivered-id']
  undelivered = last and undeliveredTo(fields) or 0
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
