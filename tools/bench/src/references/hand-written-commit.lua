--[[
Moves a batch while the lock is still its owner's: outputs and acknowledgements in one step.

KEYS  1 input stream
      2 output stream
      3 lock
ARGV  1 token of the lock
      2 group
      3 number of entries, their ids, then key and value of each output
Reply 1
]]
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return redis.error_reply('FENCED') end
local count = tonumber(ARGV[3])
local at = 4 + count
for _ = 1, count do
  redis.call('XADD', KEYS[2], '*', 'key', ARGV[at], 'value', ARGV[at + 1])
  at = at + 2
end
redis.call('XACK', KEYS[1], ARGV[2], unpack(ARGV, 4, 3 + count))
return 1
