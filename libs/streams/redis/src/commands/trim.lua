--[[
Removes the oldest entries of a stream: those before an id, or all but the newest ones, and never one that some group
has not acknowledged, unless told so.

KEYS  1 stream
ARGV  1 id of the first entry to keep; empty: none given
      2 number of entries to keep; empty: none given
      3 1 to remove unacknowledged entries too
      4 the most entries to look at in one call
Reply {entries removed, 1 when a further call may remove more}
]]
--- include order
local stream, most = KEYS[1], tonumber(ARGV[4])
local length = redis.call('XLEN', stream)
if length == 0 then return {0, 0} end

local function after(id)
  local found = redis.call('XRANGE', stream, '(' .. id, '+', 'COUNT', 1)
  return found[1] and found[1][1]
end

local bound, more = nil, 0
if ARGV[1] ~= '' then
  bound = ARGV[1]
else
  local excess = length - tonumber(ARGV[2])
  if excess <= 0 then return {0, 0} end
  if excess >= length then
    bound = 'all'
  else
    if excess > most then excess, more = most, 1 end
    local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', excess + 1)
    bound = first[#first][1]
  end
end
if ARGV[3] ~= '1' then
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local fields = {}
    for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
    local unacknowledged
    if fields['pending'] > 0 then
      unacknowledged = redis.call('XPENDING', stream, fields['name'])[2]
    else
      unacknowledged = after(fields['last-delivered-id'])
    end
    if unacknowledged and (bound == 'all' or less(unacknowledged, bound)) then bound, more = unacknowledged, 0 end
  end
end
local removed
if bound == 'all' then removed = redis.call('XTRIM', stream, 'MAXLEN', 0) else removed = redis.call('XTRIM', stream, 'MINID', bound) end
return {removed, more}
