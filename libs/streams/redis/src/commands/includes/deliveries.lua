-- How often an entry of XPENDING was delivered. XNACK FATAL (Redis 8.8) sets the largest number there is, which is no whole
-- number in a script and comes out as a negative one: it is cut to one that every limit on deliveries finds too large.
local function deliveryCountOf(entry)
  if entry[4] < 0 or entry[4] > 2147483647 then return 2147483647 end
  return entry[4]
end
