--[[
Makes the lease's owner the consumer of a page of what is pending, whoever it was delivered to, without counting that as a
delivery. Entries that were trimmed away leave the list; after the last page, so do consumers that hold nothing.

KEYS  1 lease
      2 stream
ARGV  1 token
      2 group
      3 member        its name up to a final ".<number>" is the lease's
      4 topic
      5 where the page begins: "-", or "(" and the last id of the page before
      6 the most entries of the page
Reply {
        ids of pending entries that were trimmed away,
        id, delivery count, 1 when it was this lease's before, of each pending entry, oldest first,
        where the next page begins; empty when this was the last one,
        id that was last delivered to the group,
        id after which the group began
      }
]]
--- include checks
--- include deliveries
--- include groups
writable(KEYS[1], 'hash', 'HSETNX', 'HGET')
writable(KEYS[2], 'stream', 'XAUTOCLAIM', 'XPENDING')
mayRun('XINFO', KEYS[2], 'CONSUMERS')
mayRun('XINFO', KEYS[2], 'GROUPS')
mayRun('XGROUP', KEYS[2], 'DELCONSUMER')
local lease, stream, group, member, start, most = KEYS[1], KEYS[2], ARGV[2], ARGV[3], ARGV[5], tonumber(ARGV[6])
if redis.call('HGET', lease, 'token') ~= ARGV[1] then
  return redis.error_reply('FENCED the lease is held by another member')
end
local function leaseOf(consumer) return string.match(consumer, '^(.*/%d+)') or consumer end

local page = redis.call('XPENDING', stream, group, start, '+', most)
local lost, pending, following = {}, {}, ''
if #page > 0 then
  local claimed = redis.call('XAUTOCLAIM', stream, group, member, 0, start, 'COUNT', #page, 'JUSTID')
  local kept = {}
  for _, id in ipairs(claimed[2]) do kept[id] = true end
  for _, entry in ipairs(page) do
    local id = entry[1]
    if kept[id] then
      pending[#pending + 1] = id
      pending[#pending + 1] = deliveryCountOf(entry)
      pending[#pending + 1] = leaseOf(entry[2]) == leaseOf(member) and 1 or 0
    else
      lost[#lost + 1] = id
    end
  end
  if #page == most then following = '(' .. page[#page][1] end
end
if following == '' then
  local left = 1000
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    if left > 0 and consumer[4] == 0 and consumer[2] ~= member then
      redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer[2])
      left = left - 1
    end
  end
end
local last = groupOf(stream, group)['last-delivered-id']
redis.call('HSETNX', lease, 'from:' .. ARGV[4], last)
return {lost, pending, following, last, redis.call('HGET', lease, 'from:' .. ARGV[4])}
