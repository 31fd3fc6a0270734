// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/splice_model.h"

namespace pm {

void spliceModel(std::string_view body, const std::vector<json::Member> &members, std::string_view model,
                 json::Splice &splice)
{
    if (model.empty())
        return;
    std::string quoted;
    json::appendQuoted(quoted, model);
    bool present = false;
    for (const json::Member &each : members) {
        if (each.name(body) != "model")
            continue;
        present = true;
        if (body.substr(each.value.begin, each.value.end - each.value.begin) != quoted)
            splice.replace(each.value, quoted);
    }
    if (!present)
        splice.set(members, "model", quoted);
}

} // namespace pm
