--[[
Prolongs a lease.

KEYS  1 lease
ARGV  1 token
      2 lease time in milliseconds
Reply 1, or 0 when the lease is somebody else's
]]
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', now + ARGV[2]), 'ms', ARGV[2])
return 1
