// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/json_body.h"

#include "dialects/framing/surrogates.h"

namespace pm {

Result<json::Document> parseObject(std::string_view body)
{
    auto document = parseLenient(body);
    if (document && !document->root().is_object())
        return fail(ErrorKind::BadRequest, "the body must be a JSON object");
    return document;
}

} // namespace pm
