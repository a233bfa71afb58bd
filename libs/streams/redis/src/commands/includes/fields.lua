-- Fields of a record as XADD takes them, name and value in turn; names from ARGV[first] on. Values follow by setValues.
local function fieldsOf(first, names)
  local fields = {}
  for name = 1, names do fields[2 * name - 1] = ARGV[first + name - 1] end
  return fields
end

local function setValues(fields, at, names)
  for name = 1, names do fields[2 * name] = ARGV[at + name - 1] end
end
