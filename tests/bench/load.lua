-- SPDX-License-Identifier: GPL-3.0-or-later
-- What wrk sends: the file that follows "--" as the body of a POST, or a GET without one. The last line that wrk prints
-- is one line of JSON; latency in microseconds. With a second argument "distinct" each request has a number of its own in
-- place of "#0000000000#".
local ready
local before, after
local number = 0

function init(args)
    if args[1] and args[1] ~= "" then
        local file = assert(io.open(args[1], "rb"))
        wrk.method = "POST"
        wrk.body = file:read("*a")
        wrk.headers["Content-Type"] = "application/json"
        file:close()
    end
    ready = wrk.format() -- once: made anew for each request it would be measured too
    if args[2] == "distinct" then
        local from, to = ready:find("#0000000000#", 1, true)
        before, after = ready:sub(1, from), ready:sub(to)
        -- Anywhere among ten digits: no run, and no thread of one, meets what another has sent.
        local a, b, c, d = io.open("/dev/urandom", "rb"):read(4):byte(1, 4)
        number = (((a * 256 + b) * 256 + c) * 256 + d) * 2
    end
end

function request()
    if not before then
        return ready
    end
    number = number + 1
    return before .. string.format("%010d", number) .. after
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"failed":%d,"rate":%.1f,"p50":%.0f,"p99":%.0f}\n', summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99)))
end
