// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/vendor_errors.h"

#include "base/text.h"
#include "dialects/shared/error_table.h"

#include <algorithm>
#include <array>

namespace pm::shared {

namespace {

struct CodeRow
{
    std::int64_t code;
    ErrorKind kind;
};

// clang-format off
constexpr std::array kCodes{
    CodeRow{1001, ErrorKind::UpstreamTimeout},
    CodeRow{1002, ErrorKind::RateLimited},
    CodeRow{1004, ErrorKind::UpstreamAuth},
    CodeRow{1008, ErrorKind::QuotaExhausted},
    CodeRow{1026, ErrorKind::ContentFilter},
    CodeRow{1027, ErrorKind::ContentFilter},
    CodeRow{1039, ErrorKind::RateLimited},
    CodeRow{2013, ErrorKind::UpstreamRejected},
    CodeRow{2049, ErrorKind::UpstreamAuth},
    CodeRow{2056, ErrorKind::QuotaExhausted},
};
// clang-format on

} // namespace

std::optional<Error> baseRespError(json::Element root)
{
    const auto said = json::findObject(root, "base_resp");
    const std::int64_t code = said ? json::findInt(*said, "status_code").value_or(0) : 0;
    if (code == 0)
        return std::nullopt;
    const auto row =
        std::find_if(kCodes.begin(), kCodes.end(), [code](const CodeRow &each) { return each.code == code; });
    Error error{row == kCodes.end() ? ErrorKind::UpstreamError : row->kind,
                std::string(clipUtf8(json::findString(*said, "status_msg").value_or(""), 2000))};
    if (error.message.empty())
        error.message = "the provider reports status " + std::to_string(code);
    error.code = std::to_string(code);
    if (error.kind == ErrorKind::UpstreamAuth)
        errors::blameProviderKey(error);
    return error;
}

} // namespace pm::shared
