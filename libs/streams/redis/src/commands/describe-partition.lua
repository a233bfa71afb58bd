--[[
How a group stands in one partition of a topic.

KEYS  1 stream
      2 lease
      3 outbox
ARGV  1 group
      2 topic
Reply {
        owner, epoch, last acknowledged id, each empty when there is none,
        1 when the native group exists,
        entries not delivered yet, -1 when the server cannot say,
        entries pending, oldest pending id or empty,
        consumer and its pending entries, in turn,
        outputs waiting in the outbox
      }
]]
local stream, group = KEYS[1], ARGV[1]
local held = redis.call('HMGET', KEYS[2], 'owner', 'epoch', 'at:' .. ARGV[2])
local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local exists, undelivered = 0, -1
local groups = redis.pcall('XINFO', 'GROUPS', stream)
for _, info in ipairs(groups) do
  local fields = {}
  for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
  if fields['name'] == group then
    exists = 1
    if last and fields['last-delivered-id'] ~= last[1] then
      undelivered = fields['lag'] or -1
      local newer = redis.call('XRANGE', stream, '(' .. fields['last-delivered-id'], '+', 'COUNT', 1)
      if newer[1] == nil then undelivered = 0 end
    else
      undelivered = 0
    end
  end
end
if not last or (exists == 0 and last[1] == held[3]) then undelivered = 0 end
local pending, oldest, consumers = 0, '', {}
if exists == 1 then
  local summary = redis.call('XPENDING', stream, group)
  pending, oldest = summary[1], summary[2] or ''
  for _, consumer in ipairs(summary[4] or {}) do
    consumers[#consumers + 1] = consumer[1]
    consumers[#consumers + 1] = consumer[2]
  end
end
return {held[1] or '', held[2] or '', held[3] or '', exists, undelivered, pending, oldest, consumers,
  redis.call('XLEN', KEYS[3])}
