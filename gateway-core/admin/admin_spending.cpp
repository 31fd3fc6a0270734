// SPDX-License-Identifier: GPL-3.0-or-later
// Money and who may spend it: budgets, what was spent, client keys.
#include "admin/admin.h"
#include "admin/admin_json_write.h"
#include "admin/admin_replies.h"
#include "pipeline/simulation_query.h"
#include "trace/spend_query.h"

namespace pm {

using admin::argument;
using admin::failed;
using admin::listMember;

namespace {

double usd(std::int64_t microUsd)
{
    return static_cast<double>(microUsd) / 1e6;
}

void writeBudget(json::Writer &out, const policy::BudgetState &state)
{
    const policy::Balance &balance = state.balance;
    out.beginObject();
    out.member("name", state.name);
    out.member("place", balance.account.place);
    out.member("by", state.budget.by);
    out.member("who", balance.account.who);
    out.member("per", policy::perName(state.budget.per));
    out.member("usd", usd(state.budget.microUsd));
    out.member("spent_usd", usd(balance.spent));
    out.member("reserved_usd", usd(balance.reserved));
    out.member("warn_at", state.budget.warnAt);
    out.member("then", state.budget.then == config::Budget::Then::Downgrade ? "downgrade" : "stop");
    out.member("begins", balance.span.begin);
    if (balance.span.end == policy::Span::kNever)
        out.memberNull("ends");
    else
        out.member("ends", balance.span.end);
    out.endObject();
}

void writeSpend(json::Writer &out, const trace::SpendRow &row)
{
    out.beginObject();
    out.member("value", row.value);
    out.member("requests", row.requests);
    out.member("input_tokens", row.inputTokens);
    out.member("output_tokens", row.outputTokens);
    out.member("cost_usd", usd(row.costMicroUsd));
    out.member("saved_usd", usd(row.savedMicroUsd));
    out.member("unpriced", row.unpriced);
    out.endObject();
}

std::string keysText(const Snapshot &snapshot)
{
    json::Writer out;
    out.beginObject();
    const auto made = snapshot.madeKeys ? snapshot.madeKeys->entries() : std::vector<policy::ClientKeyIndex::Entry>();
    listMember(out, "keys", made, [](json::Writer &list, const policy::ClientKeyIndex::Entry &entry) {
        policy::ClientKey key = entry.key;
        key.usedAt = entry.used->load(std::memory_order_relaxed);
        policy::writeClientKey(list, key, false);
    });
    listMember(out, "configured", snapshot.callerKeys,
               [](json::Writer &list, const CallerKey &key) { list.string(key.name); });
    out.endObject();
    return out.take();
}

} // namespace

AdminReply Admin::budgets()
{
    json::Writer out;
    out.beginObject();
    listMember(out, "budgets", m_backend.budgets(), writeBudget);
    out.member("problem", m_backend.budgetProblem());
    out.endObject();
    return {200, "application/json", out.take()};
}

AdminReply Admin::spend(const http::Request &request)
{
    if (m_backend.tracePath.empty())
        return failed(ErrorKind::NotFound, "this gateway keeps no traces (--no-store)");
    trace::SpendQuery query;
    if (const std::string by = argument(request, "by"); !by.empty())
        query.by = by;
    const SystemTime now = std::chrono::system_clock::now();
    for (const auto &[name, into] : {std::pair("from", &query.since), std::pair("to", &query.until)}) {
        const std::string text = argument(request, name);
        const auto moment = text.empty() ? Result<std::int64_t>(0) : parseMoment(text, now);
        if (!moment)
            return failed(moment.error());
        *into = *moment;
    }
    const auto rows = trace::readSpend(m_backend.tracePath, query);
    if (!rows)
        return failed(rows.error());
    json::Writer out;
    out.beginObject();
    out.member("by", query.by);
    listMember(out, "rows", *rows, writeSpend);
    out.endObject();
    return {200, "application/json", out.take()};
}

/// True when the path is one of client keys; then it is answered.
bool Admin::clientKeys(const http::Request &request, const std::string &path, const AdminDone &done)
{
    constexpr std::string_view kOne = "client-keys/";
    const bool isList = path == "client-keys";
    const bool isOne = path.starts_with(kOne) && path.size() > kOne.size();
    if (isOne && request.method == "DELETE") {
        m_backend.revokeKey(path.substr(kOne.size()), [done](const Result<void> &revoked) {
            done(revoked ? AdminReply{200, "application/json", "{\"revoked\":true}"} : failed(revoked.error()));
        });
        return true;
    }
    if (isList && request.method == "POST") {
        const auto body = json::Document::parse({request.body.constData(), static_cast<std::size_t>(request.body.size())});
        auto wanted = body ? policy::readClientKey(body->root(), std::time(nullptr)) : tl::unexpected(body.error());
        if (!wanted) {
            done(failed(wanted.error()));
            return true;
        }
        m_backend.createKey(*wanted, [done, name = wanted->name](const Result<Secret> &secret) {
            if (!secret)
                return done(failed(secret.error()));
            json::Writer out;
            out.beginObject();
            out.member("name", name);
            out.member("secret", secret->reveal());
            out.endObject();
            done({201, "application/json", out.take()});
        });
        return true;
    }
    if (isList && (request.method == "GET" || request.method == "HEAD")) {
        done({200, "application/json", keysText(*m_backend.snapshot())});
        return true;
    }
    if (isList || isOne)
        done(failed(ErrorKind::MethodNotAllowed, isOne ? "client-keys/{name} takes DELETE" : "client-keys takes GET and POST"));
    return isList || isOne;
}

} // namespace pm
