-- True for an entry that was trimmed away or deleted. XCLAIM drops such an entry from the pending list and says nothing.
local function isTrimmed(stream, id) return #redis.call('XRANGE', stream, id, id) == 0 end
