/**
 * Cookies whose values clients cannot read or make up (BIG-IP K14784, K7784). The form is our own, since BIG-IP's is not
 * published: `!` and base64 of TAG and the masked value. TAG is HMAC-SHA-256 of name and value, cut to 16 bytes; the mask
 * is HMAC-SHA-256 of TAG and a counter, by another key: encryption with a synthetic nonce, after RFC 5297, so that no
 * device has to count nonces, and all that have the passphrase read it. HAProxy 2.6 brings HMAC in C, and decrypts AES
 * but does not encrypt.
 */
export const cookieScript = String.raw`
local tagBytes, blockBytes = 16, 32
local derived = {}

-- 'root': base64.
local function keysOf(c, root)
  local keys = derived[root]
  if keys == nil then
    keys = {
      tag = c:base64(c:hmac("tag", "sha256", root)),
      mask = c:base64(c:hmac("mask", "sha256", root)),
    }
    derived[root] = keys
  end
  return keys
end

local function masked(c, key, tag, text)
  local parts = {}
  for at = 1, #text, blockBytes do
    local block = text:sub(at, at + blockBytes - 1)
    local counter = string.pack(">I4", at // blockBytes)
    local a, b, d, e = string.unpack("<i8i8i8i8", c:hmac(tag .. counter, "sha256", key))
    local padded = block .. string.rep("\0", blockBytes - #block)
    local w, x, y, z = string.unpack("<i8i8i8i8", padded)
    local mixed = string.pack("<i8i8i8i8", a ~ w, b ~ x, d ~ y, e ~ z)
    parts[#parts + 1] = mixed:sub(1, #block)
  end
  return table.concat(parts)
end

local function tagOf(c, key, name, value)
  return c:hmac(name .. "\0" .. value, "sha256", key):sub(1, tagBytes)
end

local function sealed(c, root, name, value)
  local keys = keysOf(c, root)
  local tag = tagOf(c, keys.tag, name, value)
  return "!" .. c:base64(tag .. masked(c, keys.mask, tag, value))
end

-- nil: it is not ours.
local function opened(c, root, name, text)
  if text:sub(1, 1) ~= "!" then return nil end
  local bytes = c:b64dec(text:sub(2))
  if type(bytes) ~= "string" or #bytes < tagBytes then return nil end
  local keys = keysOf(c, root)
  local tag = bytes:sub(1, tagBytes)
  local value = masked(c, keys.mask, tag, bytes:sub(tagBytes + 1))
  if tagOf(c, keys.tag, name, value) ~= tag then return nil end
  return value
end

local named = {}
local function setOf(names)
  local set = named[names]
  if set == nil then
    set = {}
    for name in names:gmatch("%S+") do set[name] = true end
    named[names] = set
  end
  return set
end

-- A cookie that cannot be opened is taken out.
core.register_action("cookies_open", { "http-req" }, function(txn, names)
  local set, root = setOf(names), txn:get_var("txn.cookie_key")
  local headers = txn.http:req_get_headers()["cookie"]
  if headers == nil or root == nil then return end
  txn.http:req_del_header("cookie")
  for at = 0, #headers do
    local kept = {}
    for pair in headers[at]:gmatch("[^;]+") do
      local name, value = pair:match("^%s*([^=%s]+)%s*=%s*(.-)%s*$")
      if name == nil or not set[name] then
        kept[#kept + 1] = pair:match("^%s*(.-)%s*$")
      else
        local plain = opened(txn.c, root, name, value)
        if plain ~= nil then kept[#kept + 1] = name .. "=" .. plain end
      end
    end
    if #kept > 0 then txn.http:req_add_header("cookie", table.concat(kept, "; ")) end
  end
end, 1)

core.register_action("cookies_seal", { "http-res" }, function(txn, names)
  local set, root = setOf(names), txn:get_var("txn.cookie_key")
  local headers = txn.http:res_get_headers()["set-cookie"]
  if headers == nil or root == nil then return end
  txn.http:res_del_header("set-cookie")
  for at = 0, #headers do
    local pair, rest = headers[at]:match("^([^;]*)(.*)$")
    local name, value = pair:match("^%s*([^=%s]+)%s*=%s*(.-)%s*$")
    if name ~= nil and set[name] and value ~= "" then
      txn.http:res_add_header("set-cookie", name .. "=" .. sealed(txn.c, root, name, value) .. rest)
    else
      txn.http:res_add_header("set-cookie", headers[at])
    end
  end
end, 1)

-- The persistence cookie: 'how' is "required" where one that was not sealed counts for nothing.
core.register_action("cookies_open_persist", { "http-req" }, function(txn, name, how)
  local text, root = txn:get_var("txn.persist"), txn:get_var("txn.persist_key")
  if text == nil or root == nil then return end
  local plain = opened(txn.c, root, name, text)
  if plain ~= nil then
    txn:set_var("txn.persist", plain)
    txn:set_var("txn.persist_sealed", true)
  elseif how == "required" then
    txn:unset_var("txn.persist")
  end
end, 2)

core.register_action("cookies_seal_persist", { "http-res" }, function(txn, name)
  local server, root = txn:get_var("txn.persist_new"), txn:get_var("txn.persist_key")
  if server == nil or root == nil then return end
  txn:set_var("txn.persist_new", sealed(txn.c, root, name, server))
end, 1)
`.trimStart();
