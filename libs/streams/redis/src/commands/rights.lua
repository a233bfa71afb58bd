--[[
Which of the driver's commands the server does not let this user run. Changes nothing.

KEYS  1 any key of ours
ARGV  the commands, a subcommand after a `|`
Reply those that may not be run
]]
local missing = {}
for _, name in ipairs(ARGV) do
  local command, subcommand = string.match(name, '^(%a+)|?(%a*)$')
  local known, allowed
  if subcommand ~= '' then
    known, allowed = pcall(redis.acl_check_cmd, command, subcommand, KEYS[1])
  else
    known, allowed = pcall(redis.acl_check_cmd, command, KEYS[1])
  end
  if not known or not allowed then missing[#missing + 1] = name end
end
return missing
