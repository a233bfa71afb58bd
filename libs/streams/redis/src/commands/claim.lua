--[[
Competing groups: gives entries to a member that were idle long enough, without counting that as a delivery.

KEYS  1 stream
ARGV  1 group
      2 member
      3 milliseconds
      4.. ids
Reply {ids that are the member's now, ids of entries that were trimmed away}
]]
--- include checks
--- include trimmed
writable(KEYS[1], 'stream', 'XCLAIM', 'XACK', 'XPENDING', 'XRANGE')
local stream, group, member, idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local claimed, lost = {}, {}
for i = 4, #ARGV do
  local id = ARGV[i]
  local entry = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if entry and entry[3] >= idle then
    if isTrimmed(stream, id) then
      redis.call('XACK', stream, group, id)
      lost[#lost + 1] = id
    else
      redis.call('XCLAIM', stream, group, member, 0, id, 'JUSTID')
      claimed[#claimed + 1] = id
    end
  end
end
return {claimed, lost}
