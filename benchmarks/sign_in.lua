-- Signs in again and again, as a page does: interact, introspect, identify, challenge/answer, token.
-- wrk -t N -c N -s sign_in.lua URL -- CLIENT_ID   (one connection to a thread: the steps of a sign-in follow each other)

local verifier = "a-verifier-of-forty-three-characters-at-least-1"
local challenge = "95mNegsEJv7AaR_uq2-WrFZZaa6buB0GWlfSYYCYvZ4"
local redirect = "redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Flogin%2Fcallback"
local form = {["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json"}
local json = {["Content-Type"] = "application/json", ["Accept"] = "application/ion+json; okta-version=1.0.0"}
local threads = {}
local step, found, client

signed_in = 0
failed = 0

function setup(thread) table.insert(threads, thread) end

function init(args)
  client, step, found = args[1], 1, ""
end

function request()
  if step == 1 then
    return wrk.format("POST", "/oauth2/default/v1/interact", form, "client_id=" .. client ..
      "&scope=openid%20profile&" .. redirect .. "&state=s&code_challenge=" .. challenge .. "&code_challenge_method=S256")
  elseif step == 2 then
    return wrk.format("POST", "/idp/idx/introspect", json, '{"interactionHandle":"' .. found .. '"}')
  elseif step == 3 then
    return wrk.format("POST", "/idp/idx/identify", json,
      '{"identifier":"mary@example.com","stateHandle":"' .. found .. '"}')
  elseif step == 4 then
    return wrk.format("POST", "/idp/idx/challenge/answer", json,
      '{"credentials":{"passcode":"Abcd1234!"},"stateHandle":"' .. found .. '"}')
  end
  return wrk.format("POST", "/oauth2/default/v1/token", form, "grant_type=interaction_code&interaction_code=" .. found ..
    "&client_id=" .. client .. "&code_verifier=" .. verifier)
end

local patterns = {
  '"interaction_handle":"([^"]+)"', '"stateHandle":"([^"]+)"', '"stateHandle":"([^"]+)"',
  '"name":"interaction_code"[^}]-"value":"([^"]+)"', '"id_token":"([^"]+)"',
}

function response(status, headers, body)
  found = status == 200 and string.match(body, patterns[step]) or nil
  if not found then
    failed, step = failed + 1, 1
  elseif step == 5 then
    signed_in, step = signed_in + 1, 1
  else
    step = step + 1
  end
end

function done(summary, latency, requests)
  local count, lost = 0, 0
  for _, thread in ipairs(threads) do
    count, lost = count + thread:get("signed_in"), lost + thread:get("failed")
  end
  io.write(string.format("SIGN-INS %d %d %d %d %d\n", count, summary.duration, lost,
    latency:percentile(50), latency:percentile(99)))
end
