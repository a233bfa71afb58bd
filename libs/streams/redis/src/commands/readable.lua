--[[
Which streams this user may read. Unlike trying, it leaves nothing in the server's log of refusals. Changes nothing.

KEYS  1 any key of ours
ARGV  the streams, of any slot
Reply those that may be read
]]
local readable = {}
for _, stream in ipairs(ARGV) do
  if redis.acl_check_cmd('XINFO', 'GROUPS', stream) then readable[#readable + 1] = stream end
end
return readable
