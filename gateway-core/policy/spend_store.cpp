// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_store.h"

#include "base/text.h"

#include <algorithm>

namespace pm::policy {

namespace {

constexpr char kBetween = '\x1f'; // a control character: no header field holds one

/// Appends at most `most` bytes, which say which text it was.
void appendClipped(std::string &out, std::string_view text, std::size_t most)
{
    constexpr std::size_t kHash = 16;
    const std::size_t begin = out.size();
    if (text.size() <= most)
        out.append(text);
    else
        out.append(clipUtf8(text, most - kHash - 1)).append("~").append(stableHash(text));
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                    [](unsigned char c) { return c < ' '; }, '?');
}

} // namespace

std::string Account::text() const
{
    std::string text; // 24 + 24 + 38 and two signs between them
    text.reserve(kMaxText + 1); // and what a ledger puts behind it
    appendClipped(text, place, 24);
    text += kBetween;
    appendClipped(text, by, 24);
    text += kBetween;
    appendClipped(text, who, 38);
    return text;
}

Account Account::fromText(std::string_view text, config::Budget::Per per)
{
    Account account;
    account.per = per;
    for (std::string *part : {&account.place, &account.by, &account.who}) {
        const std::size_t end = text.find(kBetween);
        *part = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return account;
}

} // namespace pm::policy
