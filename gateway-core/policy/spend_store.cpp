// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/spend_store.h"

#include "base/text.h"

namespace pm::policy {

namespace {

constexpr char kBetween = '\x1f'; // a control character: no header field holds one

/// At most `most` bytes, which say which text it was.
std::string clipped(std::string_view text, std::size_t most)
{
    constexpr std::size_t kHash = 16;
    std::string out(text);
    if (out.size() > most) {
        out = clipUtf8(text, most - kHash - 1);
        out += '~' + stableHash(text);
    }
    for (char &c : out) {
        if (static_cast<unsigned char>(c) < ' ')
            c = '?';
    }
    return out;
}

} // namespace

std::string Account::text() const
{
    // 24 + 24 + 38 and two signs between them.
    return clipped(place, 24) + kBetween + clipped(by, 24) + kBetween + clipped(who, 38);
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
