/**
 * The stream profile: searches what passes and replaces what it finds (BIG-IP K39394712). `plan-stream.ts` says what the
 * argument is. An end that may begin a match waits for what follows.
 */
export const streamScript = String.raw`
-- Bytes of a match that began in an earlier piece.
local longestMatch = 512
-- What grows by replacing has to find room.
local pieceBytes = 16384
local leastBytes = 512
local retryMilliseconds = 2

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- Byte → does it fit; asked once.
local function fitting(set)
  return setmetatable({}, { __index = function(known, byte)
    local fits = string.char(byte):find("^" .. set) ~= nil
    known[byte] = fits
    return fits
  end })
end

-- What a match can begin with, as a set of Lua's.
local function opening(pieces)
  local chars = {}
  for byte = 0, 255 do
    for _, piece in ipairs(pieces) do
      if piece.fits[byte] then
        chars[#chars + 1] = string.char(byte):gsub("^%W$", "%%%0")
        break
      end
      if not piece.isOptional then break end
    end
  end
  return #chars > 64 and "." or "[" .. table.concat(chars) .. "]"
end

local function rulesOf(text)
  local rules = {}
  for kind, find, put in text:gmatch("([tp]),([^,;]*),([^,;]*)") do
    local rule = { put = decoded(put) }
    if kind == "t" then
      rule.text = decoded(find)
    else
      -- A text that every match has: looking for it is quick.
      local run = ""
      rule.pieces, rule.needs = {}, ""
      for word in find:gmatch("%S+") do
        local set, often = decoded(word):match("^(.-)([*+?]?)$")
        if set == "" or set == "%" then set, often = decoded(word), "" end
        rule.pieces[#rule.pieces + 1] = {
          fits = fitting(set),
          isOptional = often == "*" or often == "?",
          isRepeated = often == "*" or often == "+",
        }
        local char = often == "" and (set:match("^%%(%W)$") or set:match("^(%w)$")) or ""
        run = char == "" and "" or run .. char
        if #run > #rule.needs then rule.needs = run end
      end
      rule.opening = opening(rule.pieces)
    end
    rules[#rules + 1] = rule
  end
  return rules
end

-- First and last byte of the first match, and where one begins that what follows may complete.
local function textIn(rule, text, from)
  local first, last = text:find(rule.text, from, true)
  if first ~= nil then return first, last end
  for start = math.max(from, #text - #rule.text + 2), #text do
    if text:sub(start) == rule.text:sub(1, #text - start + 1) then return nil, nil, start end
  end
end

-- All ways to match go on side by side, so that no content makes it slow: 'starts' says for each piece that may come next
-- where its match began. The longest of the matches that begin first counts.
local function patternIn(rule, text, from)
  local pieces = rule.pieces
  local first, last
  local function enter(starts, place, start)
    while place <= #pieces do
      if starts[place] == nil or start < starts[place] then starts[place] = start end
      if not pieces[place].isOptional then return false end
      place = place + 1
    end
    return true
  end
  if rule.needs ~= "" then
    local place = text:find(rule.needs, from, true) or #text
    from = math.max(from, place - longestMatch)
  end
  local starts, at = {}, from
  while at <= #text do
    if first == nil then
      if next(starts) == nil then at = text:find(rule.opening, at) end
      if at == nil then break end
      enter(starts, 1, at)
    end
    local byte, following = text:byte(at), {}
    for place, start in pairs(starts) do
      local isOpen = (first == nil or start <= first) and at - start < longestMatch
      if isOpen and pieces[place].fits[byte] then
        local isWhole = enter(following, place + 1, start)
        if pieces[place].isRepeated then enter(following, place, start) end
        if isWhole and (first == nil or start <= first) then first, last = start, at end
      end
    end
    starts, at = following, at + 1
    if first ~= nil and next(starts) == nil then return first, last end
  end
  local pending
  for _, start in pairs(starts) do
    if (first == nil or start <= first) and (pending == nil or start < pending) then pending = start end
  end
  return first, last, pending
end

local function look(rule, text, from)
  if rule.text ~= nil then return { textIn(rule, text, from) } end
  return { patternIn(rule, text, from) }
end

-- How it goes on, and how many bytes of it were looked at.
local function replaced(rules, text, isLast)
  local parts, at, found = {}, 1, {}
  while at <= #text do
    local first, last, by, pending
    for index, rule in ipairs(rules) do
      local seen = found[index]
      if seen == nil or (seen[1] or at) < at then
        seen = look(rule, text, at)
        found[index] = seen
      end
      if seen[1] ~= nil and (first == nil or seen[1] < first) then
        first, last, by, pending = seen[1], seen[2], rule, seen[3]
      end
    end
    -- It may be longer with what follows.
    if first == nil or (pending ~= nil and not isLast) then break end
    parts[#parts + 1] = text:sub(at, first - 1)
    parts[#parts + 1] = by.put
    at = last + 1
  end
  local stop = #text
  for index, rule in ipairs(isLast and {} or rules) do
    local pending = found[index] ~= nil and found[index][3]
    -- What it began with was replaced by another.
    if pending and pending < at then pending = look(rule, text, at)[3] end
    if pending then stop = math.min(stop, pending - 1) end
  end
  if stop >= at then parts[#parts + 1] = text:sub(at, stop) end
  return table.concat(parts), stop
end

-- 'read' and 'write' know a message of HTTP, or a channel: (place, bytes) and (text, place, bytes). Returns how many
-- bytes may go on. HAProxy does not come again for what is left unless it is told to.
local function pass(rules, read, write, count, isEnded)
  local done, left, most = 0, count, pieceBytes
  while left > 0 do
    local bytes = math.min(left, most)
    local text = read(done, bytes)
    if text == nil then break end
    local new, stop = replaced(rules, text, isEnded and bytes == left)
    if stop == 0 and bytes == left then return done end
    local written = new == text:sub(1, stop) and stop or write(new, done, stop)
    if stop > 0 and written ~= nil and written >= 0 then
      done, left, most = done + #new, left - stop, pieceBytes
    elseif stop > 0 and bytes > (done == 0 and 1 or leastBytes) then
      most = bytes // 2
    else
      break
    end
  end
  if left > 0 then filter.wake_time(retryMilliseconds) end
  return done
end

local Stream = { id = "stream", flags = filter.FLT_CFG_FL_HTX }
Stream.__index = Stream

function Stream:new()
  return setmetatable({ rules = self.rules }, Stream)
end

function Stream:start_analyze(txn, channel)
  filter.register_data_filter(self, channel)
end

-- Its length is not known any more.
function Stream:http_headers(txn, message)
  local isAnswer = message.channel:is_resp()
  if not isAnswer then self.isHead = txn.f:method() == "HEAD" end
  local length = message:get_headers()["content-length"]
  if length == nil or length[0] == "0" then return end
  if isAnswer and (self.isHead or txn.f:status() == 304) then return end
  message:del_header("content-length")
  message:set_header("transfer-encoding", "chunked")
end

function Stream:http_payload(txn, message)
  -- What ends a message counts in "input", too.
  local count = #(message:body() or "")
  if count == 0 then return end
  local read = function(place, bytes) return message:body(place, bytes) end
  local write = function(text, place, bytes) return message:set(text, place, bytes) end
  return pass(self.rules, read, write, count, message:eom())
end

function Stream:tcp_payload(txn, channel)
  local count = channel:input()
  if count == 0 then return end
  local read = function(place, bytes) return channel:data(place, bytes) end
  local write = function(text, place, bytes) return channel:set(text, place, bytes) end
  return pass(self.rules, read, write, count, not channel:may_recv())
end

-- What it is given is its own, one for each line that names it.
core.register_filter("stream", Stream, function(own, args)
  own.rules = rulesOf(args[1])
  return own
end)
`.trimStart();
