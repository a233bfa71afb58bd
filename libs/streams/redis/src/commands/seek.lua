--[[
Moves a group in one stream: what was pending is acknowledged, what comes after the id is next.

KEYS  1 lease
      2 stream
ARGV  1 group
      2 topic
      3 id that counts as the last one acknowledged
      4 1 when nothing counts as acknowledged before it
Reply 1, or 2 when more is pending than one call acknowledges, or 0 when a live member holds the lease
]]
--- include checks
writable(KEYS[1], 'hash', 'HSET', 'HDEL')
writable(KEYS[2], 'stream', 'XACK', 'XPENDING')
mayRun('XGROUP', KEYS[2], 'CREATE')
mayRun('XGROUP', KEYS[2], 'SETID')
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'token', 'expires')
if held[1] and held[1] ~= '' and tonumber(held[2] or '0') > now then return 0 end
-- First what the group reads next: what is pending and not acknowledged when this is cut short is delivered once more.
local made = redis.pcall('XGROUP', 'CREATE', KEYS[2], ARGV[1], ARGV[3], 'MKSTREAM')
if made.err then redis.call('XGROUP', 'SETID', KEYS[2], ARGV[1], ARGV[3]) end
if ARGV[4] == '1' then
  redis.call('HDEL', KEYS[1], 'at:' .. ARGV[2])
else
  redis.call('HSET', KEYS[1], 'at:' .. ARGV[2], ARGV[3])
end
local pending = redis.call('XPENDING', KEYS[2], ARGV[1], '-', '+', 1000)
for _, entry in ipairs(pending) do redis.call('XACK', KEYS[2], ARGV[1], entry[1]) end
return #pending == 1000 and 2 or 1
