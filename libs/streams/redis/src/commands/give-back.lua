--[[
Competing groups: gives entries back, so that other members can claim them at once, with the number of attempts really made; removes
the member as a consumer when it holds nothing. Entries that were trimmed away are acknowledged: nobody can have them again.

KEYS  1 stream
ARGV  1 group
      2 member
      3 channel
      4.. delivery count and id of each entry, in turn
Reply ids of entries that were trimmed away
]]
--- include checks
--- include trimmed
writable(KEYS[1], 'stream', 'XCLAIM', 'XPENDING', 'XACK', 'XRANGE')
mayRun('XGROUP', KEYS[1], 'DELCONSUMER')
local stream, group, member = KEYS[1], ARGV[1], ARGV[2]
local count, lost = 0, {}
for i = 4, #ARGV, 2 do
  local entry = redis.call('XPENDING', stream, group, ARGV[i + 1], ARGV[i + 1], 1)[1]
  if entry and entry[2] == member then
    if isTrimmed(stream, ARGV[i + 1]) then
      redis.call('XACK', stream, group, ARGV[i + 1])
      lost[#lost + 1] = ARGV[i + 1]
    else
      redis.call('XCLAIM', stream, group, member, 0, ARGV[i + 1], 'TIME', 1, 'RETRYCOUNT', ARGV[i], 'JUSTID')
      count = count + 1
    end
  end
end
if redis.call('XPENDING', stream, group, '-', '+', 1, member)[1] == nil then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, member)
end
if count > 0 then redis.pcall('PUBLISH', ARGV[3], 'given back') end
return lost
