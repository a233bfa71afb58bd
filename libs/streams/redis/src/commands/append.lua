--[[
Appends records to streams of one slot (of one server, outside a Cluster), all or none. With a producer each stream
takes its records only when the producer's sequence is higher than the last one it took.

KEYS  1..n            the streams
      n+1..2n         with a producer: the hash of producers' sequences, for each stream
ARGV  1 producer      empty: no check
      2 sequence
      3 n             number of streams
      then for each record: index of its stream, number of fields and values, the fields and values
Reply the ids in the order of the records; an empty text for a record that was dropped
]]
local producer, sequence, streams = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local drops = {}
if producer ~= '' then
  for i = 1, streams do
    local last = redis.call('HGET', KEYS[streams + i], producer)
    drops[i] = last and tonumber(last) >= sequence
    if not drops[i] then redis.call('HSET', KEYS[streams + i], producer, ARGV[2]) end
  end
end
local ids, count, at, total = {}, 0, 4, #ARGV
local XADD = 'XADD'
while at <= total do
  local stream, size = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  count = count + 1
  if drops[stream] then
    ids[count] = ''
  elseif size <= 4000 then
    ids[count] = redis.call(XADD, KEYS[stream], '*', unpack(ARGV, at + 2, at + 1 + size))
  else
    return redis.error_reply('ERR a record has too many headers')
  end
  at = at + 2 + size
end
return ids
