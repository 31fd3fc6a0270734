// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/error_table.h"

#include <algorithm>
#include <array>

namespace pm::errors {

namespace {

struct StatusRow
{
    int status;
    ErrorKind kind;
};

// clang-format off
constexpr std::array kStatuses{
    StatusRow{401, ErrorKind::UpstreamAuth},
    StatusRow{402, ErrorKind::QuotaExhausted},
    StatusRow{403, ErrorKind::UpstreamAuth},
    StatusRow{408, ErrorKind::UpstreamTimeout},
    StatusRow{413, ErrorKind::PayloadTooLarge},
    StatusRow{429, ErrorKind::RateLimited},
    StatusRow{503, ErrorKind::Overloaded},
    StatusRow{504, ErrorKind::UpstreamTimeout},
    StatusRow{524, ErrorKind::UpstreamTimeout}, // Cloudflare's, in front of many providers
    StatusRow{529, ErrorKind::Overloaded},
};
// clang-format on

/// The kind of the first row that `matches`.
template <typename Row, typename Matches>
std::optional<ErrorKind> firstKind(std::span<const Row> rows, Matches matches)
{
    const auto found = std::find_if(rows.begin(), rows.end(), matches);
    return found == rows.end() ? std::nullopt : std::optional(found->kind);
}

} // namespace

std::optional<ErrorKind> kindOfWord(std::span<const WordRow> rows, std::string_view word)
{
    return firstKind(rows, [word](const WordRow &row) { return row.word == word; });
}

std::optional<ErrorKind> kindByPhrase(std::span<const WordRow> rows, std::string_view text)
{
    return firstKind(rows,
                     [text](const WordRow &row) { return text.find(row.word) != std::string_view::npos; });
}

std::optional<ErrorKind> kindOfStatus(int status)
{
    const auto found = firstKind(std::span<const StatusRow>(kStatuses),
                                 [status](const StatusRow &row) { return row.status == status; });
    if (found)
        return found;
    if (status < 400)
        return std::nullopt;
    return status < 500 ? ErrorKind::UpstreamRejected : ErrorKind::UpstreamError;
}

const WireRow *findWire(std::span<const WireRow> rows, ErrorKind kind)
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [kind](const WireRow &row) { return row.kind == kind; });
    return found == rows.end() ? nullptr : &*found;
}

void blameProviderKey(Error &error)
{
    error.message.insert(0, "the provider refuses the key it was sent: ");
    error.code.clear();
}

} // namespace pm::errors
