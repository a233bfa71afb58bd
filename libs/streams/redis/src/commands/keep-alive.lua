--[[
Competing groups: shows that entries are being worked on, those that are still the member's; keeps the position after
which everything is acknowledged, from which a group that was removed can be made again. An entry that was trimmed meanwhile
stays pending to the member, which has its content.

KEYS  1 stream
      2 lease
ARGV  1 group
      2 member
      3 topic
      4.. ids
Reply ids that are somebody else's by now
]]
--- include checks
--- include groups
--- include trimmed
writable(KEYS[1], 'stream', 'XCLAIM', 'XPENDING', 'XRANGE', 'XREADGROUP')
mayRun('XINFO', KEYS[1], 'GROUPS')
writable(KEYS[2], 'hash', 'HSET')
local stream, group, member = KEYS[1], ARGV[1], ARGV[2]
local gone, anyTrimmed = {}, false
for i = 4, #ARGV do
  local entry = redis.call('XPENDING', stream, group, ARGV[i], ARGV[i], 1)[1]
  if entry and entry[2] == member then
    if isTrimmed(stream, ARGV[i]) then
      anyTrimmed = true
    else
      redis.call('XCLAIM', stream, group, member, 0, ARGV[i], 'JUSTID')
    end
  else
    gone[#gone + 1] = ARGV[i]
  end
end
if anyTrimmed then
  -- Nothing can make the entry itself look fresh. That its owner is alive shows in the consumer's idle time.
  redis.call('XREADGROUP', 'GROUP', group, member, 'COUNT', 1, 'STREAMS', stream, '18446744073709551615-0')
end
local position = redis.call('XPENDING', stream, group)[2]
if position then
  local ms, sequence = string.match(position, '(%d+)-(%d+)')
  if sequence == '0' then
    position = string.format('%.0f', ms - 1) .. '-18446744073709551615'
  else
    position = ms .. '-' .. string.format('%.0f', sequence - 1)
  end
else
  position = (groupOf(stream, group) or {})['last-delivered-id']
end
if position and position ~= '0-0' then redis.call('HSET', KEYS[2], 'at:' .. ARGV[3], position) end
return gone
