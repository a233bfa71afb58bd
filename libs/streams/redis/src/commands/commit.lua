--[[
Stores a commit of a lease whole or not at all: outputs, state, acknowledged positions, dedupe ids.
A commit with the number of the last one stored, or a lower one, was stored already and is skipped. A server that has not
got an earlier commit or fetch of this lease went back in time: nothing is stored.

KEYS  1 lease
      2, 3            the two sets of dedupe ids that take turns
      4, 5            outbox and its counters by destination, for outputs to other slots of a Cluster
      6..             streams and state hashes, as ARGV names them by index
ARGV  1 token
      2 number of the commit
      3 group
      4 member
      5 dedupe ids to keep at least
      6 number of the last commit that was confirmed
      7 number of the last fetch that was confirmed
      8 what each key from the sixth on is: o a stream for outputs, a one of which entries are acknowledged, b both,
        s a hash of state; a final x stands for outputs to other slots
      9 number of dedupe ids, the ids
      then number of runs of outputs, and for each: index of its stream, number of records, number of fields, their
        names, then the values, record by record; index 0 stands for the outbox, and topic and partition follow it
      then number of stores, and for each: index of its hash, number of arguments and the keys and values to set,
        number of keys and the keys to delete
      then number of acknowledged topics, and for each: index of its stream, topic, number of ids, the ids in order
      then 0 or 1 failed records: index of its stream, id, attempts so far
Reply 1, or 0 when the commit was stored before; an error ROLLEDBACK when the server went back
]]
--- include fields
--- include checks
--- include outputs
--- include trimmed
local lease = KEYS[1]
local held = redis.call('HMGET', lease, 'token', 'step', 'seen', 'fetches')
if held[1] ~= ARGV[1] then return redis.error_reply('FENCED the lease is held by another member') end
if tonumber(held[2]) >= tonumber(ARGV[2]) then
  -- A write, so that a WAIT after this one waits for the commit too.
  redis.call('HSET', lease, 'step', held[2])
  return 0
end
if tonumber(held[2]) < tonumber(ARGV[6]) or tonumber(held[4] or '0') < tonumber(ARGV[7]) then
  return redis.error_reply('ROLLEDBACK the server has lost commits of this lease that it had confirmed')
end

local call, at = redis.call, 9
local function take()
  local value = ARGV[at]
  at = at + 1
  return value
end
local function each_chunk(count, size, apply)
  local last = at + count - 1
  for first = at, last, size do apply(first, math.min(first + size - 1, last)) end
  at = last + 1
end

local dedupeIds = tonumber(take())
local firstDedupeId = at
at = at + dedupeIds

mayRun('HSET', lease)
for index = 1, #ARGV[8] do
  local kind, key = string.sub(ARGV[8], index, index), KEYS[5 + index]
  if kind == 'x' then
    writableOutbox(KEYS[4], KEYS[5])
  elseif kind == 's' then
    writable(key, 'hash', 'HSET', 'HDEL')
  else
    if kind ~= 'a' then writable(key, 'stream', 'XADD', 'XDEL', 'XRANGE') end
    if kind ~= 'o' then writable(key, 'stream', 'XACK', 'XCLAIM', 'XRANGE') end
  end
end
if dedupeIds > 0 then
  for index = 2, 3 do writable(KEYS[index], 'set', 'SADD', 'SCARD', 'UNLINK') end
end

for _ = 1, tonumber(take()) do
  local stream, topic, partition = tonumber(take()), nil, nil
  if stream == 0 then topic, partition = take(), take() end
  local records, names = tonumber(take()), tonumber(take())
  local key, first = KEYS[stream], at
  at = first + names
  if stream > 0 and names == 3 then
    local a, b, c = ARGV[first], ARGV[first + 1], ARGV[first + 2]
    for record = 1, records do
      local id = add(key, a, ARGV[at], b, ARGV[at + 1], c, ARGV[at + 2])
      if record == 1 then begun(key, id) end
      at = at + 3
    end
  else
    local fields = fieldsOf(first, names)
    for record = 1, records do
      setValues(fields, at, names)
      at = at + names
      if stream > 0 then
        local id = add(key, unpack(fields))
        if record == 1 then begun(key, id) end
      else
        addToOutbox(KEYS[4], KEYS[5], ARGV[1], topic, partition, unpack(fields))
      end
    end
  end
end

for _ = 1, tonumber(take()) do
  local hash = KEYS[tonumber(take())]
  each_chunk(tonumber(take()), 4000, function(first, last) call('HSET', hash, unpack(ARGV, first, last)) end)
  each_chunk(tonumber(take()), 4000, function(first, last) call('HDEL', hash, unpack(ARGV, first, last)) end)
end

local group = ARGV[3]
for _ = 1, tonumber(take()) do
  local stream, topic, count = KEYS[tonumber(take())], take(), tonumber(take())
  -- The group may have been removed without the owner's knowledge; its position is kept here and it is made again from it.
  each_chunk(count, 4000, function(first, last)
    redis.pcall('XACK', stream, group, unpack(ARGV, first, last))
  end)
  call('HSET', lease, 'at:' .. topic, ARGV[at - 1])
end

if take() == '1' then
  local stream, id = KEYS[tonumber(take())], take()
  -- One that was trimmed away stays pending, so that whoever comes next can tell that it is lost.
  if not isTrimmed(stream, id) then
    redis.pcall('XCLAIM', stream, group, ARGV[4], 0, id, 'RETRYCOUNT', take(), 'JUSTID')
  end
end

-- Last: what makes a repeat harmless.
if dedupeIds > 0 then
  local turn = tonumber(held[3] or '0')
  local set = KEYS[2 + turn]
  at = firstDedupeId
  each_chunk(dedupeIds, 4000, function(first, last) call('SADD', set, unpack(ARGV, first, last)) end)
  if call('SCARD', set) >= tonumber(ARGV[5]) then
    call('UNLINK', KEYS[3 - turn])
    call('HSET', lease, 'seen', 1 - turn)
  end
end
call('HSET', lease, 'step', ARGV[2])
return 1
