--[[
Which of the driver's commands the server does not let this user run. Changes nothing.

KEYS  1 any key of ours
ARGV  the commands, a subcommand after a `|`
Reply those that may not be run
]]
-- Redis 8.10 judges no call that has too few arguments, or too many, as a key for TIME.
local function allowed(call)
  local name = #call
  call[name + 1] = KEYS[1]
  for _ = 0, 6 do
    local known, may = pcall(redis.acl_check_cmd, unpack(call))
    if known then return may end
    call[#call + 1] = '0'
  end
  local known, may = pcall(redis.acl_check_cmd, unpack(call, 1, name))
  return known and may
end

local missing = {}
for _, name in ipairs(ARGV) do
  local command, subcommand = string.match(name, '^(%a+)|?(%a*)$')
  if not allowed(subcommand == '' and {command} or {command, subcommand}) then missing[#missing + 1] = name end
end
return missing
