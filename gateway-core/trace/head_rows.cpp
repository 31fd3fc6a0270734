// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/head_rows.h"

#include <array>

namespace pm::trace {

namespace {

/// In the order of addHead and readHead; `arrival` and `outcome` are written only.
constexpr std::array<std::string_view, 35> kColumns{"key",
                                                    "id",
                                                    "started",
                                                    "state",
                                                    "status",
                                                    "method",
                                                    "path",
                                                    "router",
                                                    "endpoint",
                                                    "client_dialect",
                                                    "app",
                                                    "requested_model",
                                                    "provider",
                                                    "model",
                                                    "stream",
                                                    "attempts",
                                                    "first_content_us",
                                                    "total_us",
                                                    "gateway_us",
                                                    "uncached_input",
                                                    "cache_read",
                                                    "cache_write_5m",
                                                    "cache_write_1h",
                                                    "output",
                                                    "reasoning",
                                                    "usage_estimated",
                                                    "cost_micro_usd",
                                                    "error_kind",
                                                    "error_message",
                                                    "prompt_start",
                                                    "stream_events",
                                                            "cache",
                                                            "client",
                                                            "session",
                                                            "saved_micro_usd"};

State stateOf(std::int64_t value)
{
    const bool known = value >= 0 && value <= static_cast<std::int64_t>(State::Refused);
    return known ? static_cast<State>(value) : State::Failed;
}

} // namespace

Outcome outcomeOf(const Head &head)
{
    switch (head.state) {
    case State::Running:
        return Outcome::Running;
    case State::Done:
        return head.status >= 400 ? Outcome::Failed : Outcome::Ok;
    case State::Failed:
        return Outcome::Failed;
    case State::Cancelled:
        return Outcome::Cancelled;
    case State::Refused:
        return Outcome::Refused;
    }
    return Outcome::Failed;
}

std::string headInsertSql()
{
    std::string names = "arrival, outcome";
    std::string places = "?, ?";
    for (const std::string_view column : kColumns) {
        names.append(", ").append(column);
        places.append(", ?");
    }
    return "INSERT OR FAIL INTO heads(" + names + ") VALUES(" + places + ")";
}

const std::string &headColumns()
{
    static const std::string columns = [] {
        std::string list;
        for (const std::string_view column : kColumns)
            list.append(list.empty() ? "h." : ", h.").append(column);
        return list;
    }();
    return columns;
}

std::vector<SumColumn> sumColumns(std::string_view prefix)
{
    const auto expand = [&](std::string_view text) { // '@' stands for the prefix
        std::string sql;
        for (const char c : text)
            c == '@' ? sql.append(prefix) : sql.append(1, c);
        return sql;
    };
    // States: 1 done, 2 failed.
    return {{"requests", "1"},
            {"errors", expand("(@state = 2 OR @status >= 400)")},
            {"absorbed", expand("(@state = 1 AND @status < 400 AND @attempts > 1)")},
            {"input_tokens", expand("coalesce(@uncached_input, 0) + coalesce(@cache_read, 0)"
                                    " + coalesce(@cache_write_5m, 0) + coalesce(@cache_write_1h, 0)")},
            {"output_tokens", expand("coalesce(@output, 0)")},
            {"cost_micro_usd", expand("coalesce(@cost_micro_usd, 0)")},
            {"unpriced",
             expand("(@state = 1 AND @status < 400 AND @provider <> '' AND @cost_micro_usd IS NULL)")}};
}

std::string addSumsSql()
{
    std::string names;
    std::string sums;
    std::string adding;
    for (const SumColumn &column : sumColumns("")) {
        const std::string name(column.name);
        names += ", " + name;
        sums += ", sum(" + column.sql + ")";
        adding += (adding.empty() ? "" : ", ") + name + " = " + name + " + excluded." + name;
    }
    return "INSERT INTO minutes(minute" + names + ") SELECT started / " + std::to_string(kMicrosPerMinute) +
           sums + " FROM heads WHERE arrival > ? GROUP BY 1 ON CONFLICT(minute) DO UPDATE SET " + adding;
}

void addHead(Statement &statement, RowKey key, std::int64_t arrival, const Head &head)
{
    const auto number = [](auto value) { return static_cast<std::int64_t>(value); };
    statement.add(arrival).add(number(outcomeOf(head)));
    statement.add(key).add(head.id).add(head.startedAt).add(number(head.state)).add(number(head.status));
    statement.add(head.method).add(head.path).add(head.router).add(head.endpoint).add(head.clientDialect);
    statement.add(head.app).add(head.requestedModel).add(head.provider).add(head.model);
    statement.add(number(head.stream)).add(number(head.attempts)).add(head.firstContentUs).add(head.totalUs);
    statement.add(head.gatewayUs).add(head.usage.uncachedInput).add(head.usage.cacheRead);
    statement.add(head.usage.cacheWrite5m).add(head.usage.cacheWrite1h).add(head.usage.output);
    statement.add(head.usage.reasoning).add(number(head.usage.isEstimate)).add(head.costMicroUsd);
    statement.add(head.errorKind).add(head.errorMessage).add(head.promptStart).add(number(head.streamEvents));
    statement.add(head.cache).add(head.client).add(head.session).add(head.savedMicroUsd);
}

Head readHead(const Statement &row)
{
    Head head;
    int column = 0; // the key
    const auto text = [&] { return row.text(++column); };
    const auto number = [&] { return row.integer(++column); };
    const auto count = [&] { return row.optionalInteger(++column); };
    head.id = text();
    head.startedAt = number();
    head.state = stateOf(number());
    head.status = static_cast<int>(number());
    head.method = text();
    head.path = text();
    head.router = text();
    head.endpoint = text();
    head.clientDialect = text();
    head.app = text();
    head.requestedModel = text();
    head.provider = text();
    head.model = text();
    head.stream = number() != 0;
    head.attempts = static_cast<int>(number());
    head.firstContentUs = number();
    head.totalUs = number();
    head.gatewayUs = number();
    head.usage.uncachedInput = count();
    head.usage.cacheRead = count();
    head.usage.cacheWrite5m = count();
    head.usage.cacheWrite1h = count();
    head.usage.output = count();
    head.usage.reasoning = count();
    head.usage.isEstimate = number() != 0;
    head.costMicroUsd = count();
    head.errorKind = text();
    head.errorMessage = text();
    head.promptStart = text();
    head.streamEvents = static_cast<int>(number());
    head.cache = text();
    head.client = text();
    head.session = text();
    head.savedMicroUsd = count();
    return head;
}

} // namespace pm::trace
