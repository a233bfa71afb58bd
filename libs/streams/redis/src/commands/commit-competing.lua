--[[
Competing groups: stores commits, each whole or, when its entry is somebody else's by now, not at all.

KEYS  1, 2            outbox and its counters by destination, for outputs to other slots of a Cluster
      3..             streams, as ARGV names them by index
ARGV  1 group
      2 member
      3 what each key from the third on is: o a stream for outputs, a one of which entries are acknowledged, b both; a
        final x stands for outputs to other slots
      then for each commit: index of its stream, id,
        attempts so far (the entry stays pending with them) or empty (it is acknowledged),
        number of outputs, and for each: index of its stream, number of fields and values, fields and values;
        index 0 stands for the outbox, and two more arguments follow it: topic and partition
Reply for each commit 1, or 0 when the entry is somebody else's
]]
--- include checks
--- include outputs
--- include trimmed
local group, member, at = ARGV[1], ARGV[2], 4
for index = 1, #ARGV[3] do
  local kind, key = string.sub(ARGV[3], index, index), KEYS[2 + index]
  if kind == 'x' then
    writableOutbox(KEYS[1], KEYS[2])
  else
    if kind ~= 'a' then writable(key, 'stream', 'XADD', 'XDEL', 'XRANGE') end
    if kind ~= 'o' then writable(key, 'stream', 'XACK', 'XCLAIM', 'XPENDING', 'XRANGE') end
  end
end

-- All outputs first, then what is acknowledged: an output that is refused leaves nothing.
local reply, done = {}, {}
while at <= #ARGV do
  local stream, id, attempts, outputs = KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  at = at + 4
  local entry = redis.call('XPENDING', stream, group, id, id, 1)[1]
  local own = entry ~= nil and entry[2] == member
  reply[#reply + 1] = own and 1 or 0
  if own then done[#done + 1] = {stream, id, attempts} end
  for _ = 1, outputs do
    local target = tonumber(ARGV[at])
    if target > 0 then
      local size = tonumber(ARGV[at + 1])
      if own then begun(KEYS[target], add(KEYS[target], unpack(ARGV, at + 2, at + 1 + size))) end
      at = at + 2 + size
    else
      local topic, partition, size = ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
      if own then
        addToOutbox(KEYS[1], KEYS[2], id .. ':' .. member, topic, partition, unpack(ARGV, at + 4, at + 3 + size))
      end
      at = at + 4 + size
    end
  end
end
for _, each in ipairs(done) do
  if each[3] == '' then
    redis.call('XACK', each[1], group, each[2])
  elseif not isTrimmed(each[1], each[2]) then
    -- One that was trimmed away stays pending, so that whoever comes next can tell that it is lost.
    redis.call('XCLAIM', each[1], group, member, 0, each[2], 'RETRYCOUNT', each[3], 'JUSTID')
  end
end
return reply
