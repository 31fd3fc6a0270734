// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/openai_fields.h"

#include "base/text.h"
#include "dialects/shared/media.h"
#include "dialects/shared/tool_names.h"

#include <algorithm>

namespace pm::openai {

Error unsupported(std::string param, std::string_view why)
{
    return errors::unsupportedField(std::move(param), why);
}

void lose(Losses &losses, std::string name)
{
    if (std::find(losses.begin(), losses.end(), name) == losses.end())
        losses.push_back(std::move(name));
}

std::string targetToolName(const std::string &name, Losses &losses)
{
    std::string shorter = shortToolName(name);
    if (shorter != name)
        lose(losses, "tool name shortened");
    return shorter;
}

MediaSource readUrl(std::string_view url)
{
    if (auto unpacked = shared::fromDataUrl(url))
        return std::move(*unpacked);
    return {MediaSource::Kind::Url, {}, std::string(url)};
}

std::string madeUpCallId(std::string_view seed, std::size_t index)
{
    return "call_" + stableHash(std::string(seed) + "#" + std::to_string(index));
}

std::string plainText(std::string_view text)
{
    constexpr std::size_t kMostRead = 64 * 1024;
    constexpr std::size_t kMostForeignText = 300;
    std::string out;
    bool inTag = false;
    for (const char c : text.substr(0, kMostRead)) {
        if (c == '<') {
            inTag = true;
        } else if (c == '>') {
            inTag = false;
            if (!out.empty() && out.back() != ' ')
                out += ' ';
        } else if (!inTag) {
            const bool space = static_cast<unsigned char>(c) <= ' ';
            if (!space)
                out += c;
            else if (!out.empty() && out.back() != ' ')
                out += ' ';
        }
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    out.resize(clipUtf8(out, kMostForeignText).size());
    return out;
}

std::string effortOf(const Reasoning &reasoning)
{
    constexpr std::int64_t kLow = 4096;
    constexpr std::int64_t kMedium = 8192;
    if (!reasoning.effort.empty())
        return reasoning.effort;
    if (reasoning.mode != Reasoning::Mode::Budget)
        return {};
    const std::int64_t budget = reasoning.budgetTokens.value_or(0);
    return budget <= kLow ? "low" : budget <= kMedium ? "medium" : "high";
}

} // namespace pm::openai
