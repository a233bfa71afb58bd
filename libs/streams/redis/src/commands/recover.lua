--[[
Competing groups: entries that are pending to a member and unknown to it, without counting that as a delivery. What was
acknowledged or taken by others meanwhile is left out; what was trimmed away is acknowledged.

KEYS  1 stream
ARGV  1 group
      2 member
      3.. ids
Reply {deliveries and entry, of each entry, ids of entries that were trimmed away}
]]
--- include checks
--- include deliveries
--- include trimmed
writable(KEYS[1], 'stream', 'XCLAIM', 'XACK', 'XPENDING', 'XRANGE')
local stream, group, member = KEYS[1], ARGV[1], ARGV[2]
local found, lost = {}, {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local entry = redis.call('XPENDING', stream, group, id, id, 1)[1]
  if entry and entry[2] == member then
    if isTrimmed(stream, id) then
      redis.call('XACK', stream, group, id)
      lost[#lost + 1] = id
    else
      local count = math.max(1, deliveryCountOf(entry))
      found[#found + 1] = {count, redis.call('XCLAIM', stream, group, member, 0, id, 'RETRYCOUNT', count)[1]}
    end
  end
end
return {found, lost}
