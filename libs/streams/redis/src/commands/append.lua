--[[
Appends records to streams of one slot (of one server, outside a Cluster), all or none. With a producer each stream
takes its records only when the producer's sequence is higher than the last one it took.

KEYS  1..n            the streams
      n+1..2n         with a producer: the hash of producers, each with "<sequence>:<seconds of its last append>", for each stream
ARGV  1 producer      empty: no check
      2 sequence
      3 n             number of streams
      4 seconds after which a producer that appended nothing may be forgotten
      5 number of runs, and for each: index of its stream, number of records, number of fields, their names, then the
        values, record by record
Reply the ids in the order of the records; an empty text for a record that was dropped
]]
--- include fields
--- include checks
--- include outputs
local producer, sequence, streams = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local call = redis.call
local drops, marks = {}, {}
for i = 1, streams do writable(KEYS[i], 'stream', 'XADD', 'XDEL', 'XRANGE') end

-- A few at random whenever there is one more: so few old ones are left, and no call takes long.
local function forget(hash, now)
  for _, name in ipairs(call('HRANDFIELD', hash, 5)) do
    local seen = string.match(call('HGET', hash, name), ':(%d+)$')
    if tonumber(seen) + tonumber(ARGV[4]) < now then call('HDEL', hash, name) end
  end
end

if producer ~= '' then
  local now = tonumber(call('TIME')[1])
  for i = 1, streams do
    local hash = KEYS[streams + i]
    writable(hash, 'hash', 'HSET', 'HRANDFIELD', 'HGET', 'HDEL')
    local known = call('HGET', hash, producer)
    local last = known and string.match(known, '^[^:]+')
    drops[i] = last and tonumber(last) >= sequence
    local kept = drops[i] and last or ARGV[2]
    marks[i] = kept .. ':' .. now
  end
end
local ids, count, at = {}, 0, 6
for _ = 1, tonumber(ARGV[5]) do
  local stream, records, names = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local key, first = KEYS[stream], at + 3
  at = first + names
  if drops[stream] then
    for _ = 1, records do
      count = count + 1
      ids[count] = ''
    end
    at = at + records * names
  elseif names == 3 then
    local a, b, c = ARGV[first], ARGV[first + 1], ARGV[first + 2]
    for _ = 1, records do
      count = count + 1
      ids[count] = add(key, a, ARGV[at], b, ARGV[at + 1], c, ARGV[at + 2])
      if at == first + names then begun(key, ids[count]) end
      at = at + 3
    end
  else
    local fields = fieldsOf(first, names)
    for _ = 1, records do
      setValues(fields, at, names)
      count = count + 1
      ids[count] = add(key, unpack(fields))
      if at == first + names then begun(key, ids[count]) end
      at = at + names
    end
  end
end
-- Last: after an error the producer may repeat.
for i, mark in ipairs(marks) do
  if call('HSET', KEYS[streams + i], producer, mark) == 1 then forget(KEYS[streams + i], tonumber(call('TIME')[1])) end
end
return ids
