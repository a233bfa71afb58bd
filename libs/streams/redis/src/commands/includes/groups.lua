-- What the server says of a group of the stream; nil when there is no such group.
local function groupOf(stream, group)
  for _, info in ipairs(redis.pcall('XINFO', 'GROUPS', stream)) do
    local fields = {}
    for i = 1, #info, 2 do fields[info[i]] = info[i + 1] end
    if fields['name'] == group then return fields end
  end
end
