--[[
Competing groups: applies steps, each whole or, when its entry is somebody else's by now, not at all.

KEYS  1, 2            outbox and its counters by destination, for outputs to other slots of a Cluster
      3..             streams, as ARGV names them by index
ARGV  1 group
      2 member
      then for each step: index of its stream, id,
        attempts so far (the entry stays pending with them) or empty (it is settled),
        number of outputs, and for each: index of its stream, number of fields and values, fields and values;
        index 0 stands for the outbox, and two more arguments follow it: topic and partition
Reply for each step 1, or 0 when the entry is somebody else's
]]
local group, member, at = ARGV[1], ARGV[2], 3
local reply, count = {}, 0
while at <= #ARGV do
  local stream, id, attempts, outputs = KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  local entry = redis.call('XPENDING', stream, group, id, id, 1)[1]
  local own = entry ~= nil and entry[2] == member
  count = count + 1
  reply[count] = own and 1 or 0
  for _ = 1, outputs do
    local target = tonumber(ARGV[at])
    if target > 0 then
      local size = tonumber(ARGV[at + 1])
      if own then redis.call('XADD', KEYS[target], '*', unpack(ARGV, at + 2, at + 1 + size)) end
      at = at + 2 + size
    else
      local topic, partition, size = ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
      if own then
        local number = redis.call('HINCRBY', KEYS[2], partition, 1)
        if number == 1 then redis.call('HSETNX', KEYS[2], 'era', id .. ':' .. member) end
        redis.call('XADD', KEYS[1], '*', 'number', number, 'topic', topic, 'partition', partition,
          unpack(ARGV, at + 4, at + 3 + size))
      end
      at = at + 4 + size
    end
  end
  if own then
    if attempts == '' then
      redis.call('XACK', stream, group, id)
    else
      redis.call('XCLAIM', stream, group, member, 0, id, 'RETRYCOUNT', attempts, 'JUSTID')
    end
  end
end
return reply
