--[[
Runs right after an XREADGROUP on the same connection: whether the reader was the owner, and whether a former owner
took entries meanwhile (it may be paused, but its last command may still arrive). Keeps the server's count of what was
read right.

KEYS  1 lease
      2.. streams
ARGV  1 token
      2 group
      3 member
Reply {number of entries pending to others, or -1 when the lease is somebody else's, number of this fetch}
]]
--- include groups
--- include counts
--- include reads
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return {-1, 0} end
local foreign = 0
for i = 2, #KEYS do
  local summary = redis.call('XPENDING', KEYS[i], ARGV[2])
  for _, consumer in ipairs(summary[4] or {}) do
    if consumer[1] ~= ARGV[3] then foreign = foreign + consumer[2] end
  end
  checkCount(KEYS[1], KEYS[i], ARGV[2])
end
-- A server that was restored from an older copy has a lower number than it gave before.
return {foreign, redis.call('HINCRBY', KEYS[1], 'fetches', 1)}
