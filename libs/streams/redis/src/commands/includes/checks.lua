-- Redis does not roll back: whatever can fail is asked before the first write. The user's rights are asked too, since an
-- administrator may take one away at any time, and some commands are needed only now and then.

-- How many arguments a command needs after its key: Redis 8.10 judges no call that lacks some.
local needed = {HDEL = 1, HEXISTS = 1, HGET = 1, HINCRBY = 2, HSET = 2, HSETNX = 2, SADD = 1, XACK = 2, XADD = 3, XAUTOCLAIM = 4,
  XCLAIM = 4, XDEL = 1, XPENDING = 1, XRANGE = 2, XREADGROUP = 5, ZADD = 2, ZRANGE = 2, ZREM = 1,
  CONSUMERS = 1, CREATE = 2, DELCONSUMER = 2, SETID = 2}
local some = {'0', '0', '0', '0', '0'}

local function mayRun(command, key, subcommand)
  local allowed
  if subcommand then
    allowed = redis.acl_check_cmd(command, subcommand, key, unpack(some, 1, needed[subcommand] or 0))
  else
    allowed = redis.acl_check_cmd(command, key, unpack(some, 1, needed[command] or 0))
  end
  if not allowed then
    local name = subcommand and (command .. '|' .. subcommand) or command
    error(redis.error_reply('NOPERM this user may not run ' .. string.lower(name) .. ' on ' .. key))
  end
end

-- The key is of this kind or does not exist, and the user may run these commands on it.
local function writable(key, kind, ...)
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= kind then
    error(redis.error_reply('WRONGTYPE ' .. key .. ' holds a ' .. found .. ' of somebody else where a ' .. kind .. ' belongs'))
  end
  for i = 1, select('#', ...) do mayRun(select(i, ...), key) end
end
