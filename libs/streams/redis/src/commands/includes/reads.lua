-- Servers before Redis 8 and Valkey 9 go on counting what was trimmed away unread as not delivered. Called after each read:
-- where more is gone than had been read the last time, counts what the group has read of what is left, and sets its count. Nothing
-- depends on it, so whatever fails here is left as it is.
local function checkCount(lease, stream, group)
  local fields, field = groupOf(stream, group), readField(stream)
  if not fields then return end
  local read, gone = countsOf(stream, fields)
  if read and fields['lag'] > 0 and gone > (tonumber(redis.pcall('HGET', lease, field)) or -1) then
    local counted = countFew(stream, '-', fields['last-delivered-id'])
    if counted and gone + counted ~= read then
      redis.pcall('XGROUP', 'SETID', stream, group, fields['last-delivered-id'], 'ENTRIESREAD', gone + counted)
    end
    read = counted and gone + counted
  end
  if read then redis.pcall('HSET', lease, field, read) else redis.pcall('HDEL', lease, field) end
end
