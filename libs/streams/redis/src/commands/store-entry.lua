--[[
Writes one entry of a registry (topics, groups).

KEYS  1 registry      hash
ARGV  1 name
      2 entry, as JSON
      3 1 to keep an entry that is there
Reply 1 when it was written
]]
if ARGV[3] == '1' then return redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
