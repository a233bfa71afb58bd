--[[
In a Cluster: takes outputs over from another slot's outbox, in order and each once.

KEYS  1 inbox         hash: the last number taken over, by source
      2.. streams
ARGV  1 source
      2 number of the first output
      then for each output: its number, index of its stream, number of fields and values, fields and values
Reply number of outputs missing before the first one: this server lost what it had taken over
]]
--- include checks
--- include outputs
writable(KEYS[1], 'hash', 'HSET')
for index = 2, #KEYS do writable(KEYS[index], 'stream', 'XADD', 'XDEL', 'XRANGE') end
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local missing = math.max(0, tonumber(ARGV[2]) - last - 1)
local at = 3
while at <= #ARGV do
  local number, stream, size = tonumber(ARGV[at]), KEYS[tonumber(ARGV[at + 1])], tonumber(ARGV[at + 2])
  if number > last then
    begun(stream, add(stream, unpack(ARGV, at + 3, at + 2 + size)))
    last = number
  end
  at = at + 3 + size
end
redis.call('HSET', KEYS[1], ARGV[1], last)
return missing
