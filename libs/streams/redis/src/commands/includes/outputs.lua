-- Adds entries to streams; when one is refused (a stream whose ids are exhausted), those that were added before it are
-- removed again.
local added, numbered = {}, {}

local function undo(failure)
  for i = #added, 1, -1 do
    local stream, first = added[i][1], added[i][2]
    local entries
    repeat
      entries = redis.call('XRANGE', stream, first, '+', 'COUNT', 100)
      for _, entry in ipairs(entries) do redis.call('XDEL', stream, entry[1]) end
    until #entries == 0
  end
  for _, counter in ipairs(numbered) do redis.call('HINCRBY', counter[1], counter[2], -1) end
  error(failure)
end

-- The id of the entry. The first one of a run of entries of one stream is to be `begun`.
local function add(stream, ...)
  local id = redis.pcall('XADD', stream, '*', ...)
  if type(id) == 'table' then undo(id) end
  return id
end

local function begun(stream, id) added[#added + 1] = {stream, id} end

-- An entry for another slot, through the outbox. `generation` tells numbers apart that begin again after a loss.
local function addToOutbox(outbox, counters, generation, topic, partition, ...)
  local number = redis.call('HINCRBY', counters, partition, 1)
  numbered[#numbered + 1] = {counters, partition}
  if number == 1 then redis.call('HSETNX', counters, 'era', generation) end
  begun(outbox, add(outbox, 'number', number, 'topic', topic, 'partition', partition, ...))
end

local function writableOutbox(outbox, counters)
  writable(outbox, 'stream', 'XADD', 'XDEL', 'XRANGE')
  writable(counters, 'hash', 'HINCRBY', 'HSETNX')
end
