// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"

#include "admin/admin_json_write.h"

namespace pm::admin {

std::string guardrailsJson(const std::vector<policy::GuardCount> &counts)
{
    json::Writer out;
    out.beginObject();
    listMember(out, "data", counts, [](json::Writer &row, const policy::GuardCount &count) {
        row.beginObject();
        row.member("scope", count.scope);
        row.member("name", count.name);
        row.member("check", count.check);
        row.member("mode", count.mode);
        for (const auto &[name, value] : {std::pair{"flagged", count.flagged},
                                          {"redacted", count.redacted},
                                          {"replaced", count.replaced},
                                          {"blocked", count.blocked}})
            row.member(name, static_cast<std::int64_t>(value));
        row.endObject();
    });
    out.endObject();
    return out.take();
}

} // namespace pm::admin
