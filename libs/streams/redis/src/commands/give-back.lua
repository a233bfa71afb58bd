--[[
Competing groups: gives entries back, so that other members find them stale at once, with the tries really made; removes
the member as a consumer when it holds nothing.

KEYS  1 stream
ARGV  1 group
      2 member
      3 channel
      4.. tries and id of each entry, in turn
Reply number of entries given back
]]
--- include checks
writable(KEYS[1], 'stream', 'XCLAIM', 'XPENDING')
mayRun('XGROUP', KEYS[1], 'DELCONSUMER')
local stream, group, member = KEYS[1], ARGV[1], ARGV[2]
local count = 0
for i = 4, #ARGV, 2 do
  local entry = redis.call('XPENDING', stream, group, ARGV[i + 1], ARGV[i + 1], 1)[1]
  if entry and entry[2] == member then
    redis.call('XCLAIM', stream, group, member, 0, ARGV[i + 1], 'TIME', 1, 'RETRYCOUNT', ARGV[i], 'JUSTID')
    count = count + 1
  end
end
if redis.call('XPENDING', stream, group, '-', '+', 1, member)[1] == nil then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, member)
end
if count > 0 then redis.pcall('PUBLISH', ARGV[3], 'given back') end
return count
