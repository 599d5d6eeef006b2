-- Distinct updates from distinct chats, so that nothing is a repeated delivery.
local seen = 0
local start = (tonumber(os.getenv("BENCH_START")) or 0)
local body = '{"update_id":%d,"message":{"message_id":%d,"date":1763750000,"chat":{"id":%d,"type":"private",' ..
  '"first_name":"x"},"from":{"id":%d,"is_bot":false,"first_name":"x","language_code":"ar"},' ..
  '"text":"\\u0627\\u0646\\u0628\\u0627\\u0643 \\u0645\\u0627\\u0637\\u0648\\u0631\\u064a \\u0628\\u0627\\u0644\\u0634\\u0639\\u0644\\u0629"}}'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Telegram-Bot-Api-Secret-Token"] = "bench"
request = function()
  seen = seen + 1
  local id = start + seen
  return wrk.format(nil, nil, nil, string.format(body, id, id, 770000000000 + id, 770000000000 + id))
end
