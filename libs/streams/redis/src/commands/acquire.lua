--[[
Takes the lease of a partition number when nobody else holds it. Its epoch grows with every owner.

KEYS  1 lease
ARGV  1 member
      2 token         unique to this acquisition
      3 lease time in milliseconds
      4 highest epoch known to the member: the server may have lost what it held
Reply {1, epoch, 1 when the last owner left nothing unfinished}, or
      {0, milliseconds until the present owner's time is over, present owner}
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'token', 'owner', 'expires', 'epoch', 'clean', 'ms')
local token, owner, expires = held[1], held[2], tonumber(held[3] or '0')
-- Further away than any lease: the clock was set back since. The owner keeps it for one lease time from now, unless it renews.
local most = tonumber(held[6]) or tonumber(ARGV[3]) + 5000
if expires > now + most then
  expires = now + most
  redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', expires), 'ms', most)
end
if token and token ~= '' and owner ~= ARGV[1] and expires > now then
  return {0, expires - now, owner}
end
local epoch = math.max(tonumber(held[4] or '0'), tonumber(ARGV[4])) + 1
local clean = (not token or held[5] == '1') and 1 or 0
redis.call('HSET', KEYS[1], 'token', ARGV[2], 'owner', ARGV[1], 'expires', string.format('%.0f', now + ARGV[3]),
  'epoch', epoch, 'clean', 0, 'step', 0, 'fetches', 0, 'ms', ARGV[3])
return {1, epoch, clean}
