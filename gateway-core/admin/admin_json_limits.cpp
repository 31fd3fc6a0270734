// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"

namespace pm::admin {

namespace {

void writeCaller(json::Writer &out, const policy::LimitStatus::Who &caller)
{
    out.beginObject();
    out.member("who", caller.who);
    out.member("remaining", caller.remaining);
    out.member("reset_ms", caller.resetMs);
    out.member("refused_today", caller.refusedToday);
    out.endObject();
}

void writeLimit(json::Writer &out, const policy::LimitStatus &limit)
{
    out.beginObject();
    out.member("scope", limit.scope);
    out.member("text", limit.text);
    out.member("kind", limit.kind);
    out.member("by", limit.by);
    out.member("limit", limit.limit);
    if (limit.amount > 0) {
        out.member("amount", limit.amount);
        out.member("per_ms", limit.perMs);
    } else {
        out.member("running", std::int64_t(limit.running));
        out.member("waiting", std::int64_t(limit.waiting));
        out.member("waited_today", limit.waitedToday);
    }
    out.member("refused_today", limit.refusedToday);
    listMember(out, "callers", limit.callers, writeCaller);
    out.endObject();
}

} // namespace

std::string limitsJson(const std::vector<policy::LimitStatus> &limits, std::string_view problem)
{
    json::Writer out;
    out.beginObject();
    out.member("problem", problem);
    listMember(out, "limits", limits, writeLimit);
    out.endObject();
    return out.take();
}

} // namespace pm::admin
