-- How many entries a range has, when those are few: exact whatever was trimmed, deleted or set by hand. Large entries are
-- counted in smaller parts, since each of them is read for it.
local function countFew(stream, from, to)
  local count, bytes = 0, 0
  while count < 1000 and bytes < 4000000 do
    local most = bytes > 0 and math.max(1, math.floor(math.min(1000 - count, 400000 * count / bytes))) or 10
    local entries = redis.call('XRANGE', stream, from, to, 'COUNT', most)
    for _, entry in ipairs(entries) do
      for _, text in ipairs(entry[2]) do bytes = bytes + #text end
    end
    count = count + #entries
    if #entries < most then return count end
    from = '(' .. entries[#entries][1]
  end
end

-- How many entries a group has read, by the server's count, and how many of the stream are gone by it; nil when it lost count.
local function countsOf(stream, fields)
  local read, lag = fields['entries-read'], fields['lag']
  if read and lag then return read, read + lag - redis.call('XLEN', stream) end
end

-- The field of a lease that holds the server's count of what the group has read, as it was last found to be right.
local function readField(stream) return 'read:' .. stream end
