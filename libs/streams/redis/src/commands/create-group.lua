--[[
Makes a native consumer group that is not there yet, and its stream.

KEYS  1 stream
ARGV  1 group
      2 id after which it begins
Reply 1, or 0 when it was there
]]
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], ARGV[2], 'MKSTREAM')
if not made.err then return 1 end
if string.find(made.err, '^BUSYGROUP') then return 0 end
return made
