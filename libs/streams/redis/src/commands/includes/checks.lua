-- Redis does not roll back: whatever can fail is asked before the first write. The user's rights are asked too, since an
-- administrator may take one away at any time, and some commands are needed only now and then.
local function mayRun(command, key, subcommand)
  local allowed
  if subcommand then
    allowed = redis.acl_check_cmd(command, subcommand, key)
  else
    allowed = redis.acl_check_cmd(command, key)
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
