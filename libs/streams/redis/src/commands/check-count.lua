--[[
Competing groups: runs right after an XREADGROUP on the same connection and keeps the server's count of what was read right.

KEYS  1 lease
      2 stream
ARGV  1 group
Reply nothing
]]
--- include groups
--- include counts
--- include reads
checkCount(KEYS[1], KEYS[2], ARGV[1])
