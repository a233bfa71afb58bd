--[[
Writes an assignment of partitions to members, unless another member was faster.

KEYS  1 assignment
ARGV  1 version that the assignment was worked out from
      2 channel
      3.. member by partition number, empty for nobody
Reply 1, or 0 when the version is another one by now
]]
--- include checks
writable(KEYS[1], 'hash', 'DEL', 'HSET')
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
local joined = redis.call('HGET', KEYS[1], 'joined') or '0'
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', tonumber(ARGV[1]) + 1, 'joined', joined)
for i = 3, #ARGV do
  if ARGV[i] ~= '' then redis.call('HSET', KEYS[1], i - 3, ARGV[i]) end
end
redis.pcall('PUBLISH', ARGV[2], 'assignment')
return 1
