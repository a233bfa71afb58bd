--[[
Competing groups: takes entries whose owner fell silent, oldest first, counted as delivered once more. One that was
tried before comes alone: it may have killed its owner. Removes consumers that hold nothing and were silent for long.

KEYS  1 stream
ARGV  1 group
      2 member
      3 milliseconds after which an owner counts as silent
      4 the most entries to take
Reply {
        deliveries before this one, id and fields (nothing in place of both when the entry was trimmed away), of each entry,
        ids of entries that were trimmed away
      }
]]
--- include checks
writable(KEYS[1], 'stream', 'XCLAIM', 'XACK')
mayRun('XINFO', KEYS[1], 'CONSUMERS')
mayRun('XGROUP', KEYS[1], 'DELCONSUMER')
local stream, group, member, idle = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local taken, lost = {}, {}
for _, entry in ipairs(redis.call('XPENDING', stream, group, 'IDLE', idle, '-', '+', ARGV[4])) do
  if entry[4] > 0 and taken[1] then break end
  if entry[2] ~= member then
    local claimed = redis.call('XCLAIM', stream, group, member, idle, entry[1])
    if claimed[1] then
      taken[#taken + 1] = {entry[4], claimed[1]}
    else
      redis.call('XACK', stream, group, entry[1])
      lost[#lost + 1] = entry[1]
    end
    if entry[4] > 0 and taken[1] then break end
  end
end
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  if info[2] ~= member and info[4] == 0 and info[6] > math.max(2 * idle, 60000) then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, info[2])
  end
end
return {taken, lost}
