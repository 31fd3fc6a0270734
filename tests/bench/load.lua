-- SPDX-License-Identifier: GPL-3.0-or-later
-- What wrk sends: the file that follows "--" as the body of a POST, or a GET without one. The last line that wrk prints
-- is one line of JSON; latency in microseconds.
local ready

function init(args)
    if args[1] and args[1] ~= "" then
        local file = assert(io.open(args[1], "rb"))
        wrk.method = "POST"
        wrk.body = file:read("*a")
        wrk.headers["Content-Type"] = "application/json"
        file:close()
    end
    ready = wrk.format() -- once: made anew for each request it would be measured too
end

function request()
    return ready
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"failed":%d,"rate":%.1f,"p50":%.0f,"p99":%.0f}\n', summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99)))
end
