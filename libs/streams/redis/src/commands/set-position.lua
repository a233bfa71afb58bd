--[[
For groups whose positions live elsewhere: what was acknowledged there counts as acknowledged here, and what comes next is after it.

KEYS  1 lease
      2 stream
ARGV  1 token
      2 group
      3 topic
      4 id of the last entry acknowledged
      5 1 to deliver everything after it again
      6.. pending ids that are acknowledged by this
Reply 1
]]
--- include checks
writable(KEYS[1], 'hash', 'HSET', 'HDEL')
writable(KEYS[2], 'stream', 'XACK')
mayRun('XGROUP', KEYS[2], 'SETID')
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return redis.error_reply('FENCED the lease is held by another member')
end
for i = 6, #ARGV do redis.call('XACK', KEYS[2], ARGV[2], ARGV[i]) end
if ARGV[5] == '1' then redis.call('XGROUP', 'SETID', KEYS[2], ARGV[2], ARGV[4]) end
if ARGV[4] == '0-0' then
  redis.call('HDEL', KEYS[1], 'at:' .. ARGV[3])
else
  redis.call('HSET', KEYS[1], 'at:' .. ARGV[3], ARGV[4])
end
return 1
