// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/quality.h"

#include "base/json.h"
#include "providers/resource.h"

#include <algorithm>
#include <cstdint>

namespace pm {

namespace {

constexpr int kHighest = 100;

/// Lower case, without what stands before the last slash, words joined by '-'.
std::string normalised(std::string_view model)
{
    if (const std::size_t slash = model.rfind('/'); slash != std::string_view::npos)
        model.remove_prefix(slash + 1);
    std::string name(model);
    for (char &c : name) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        else if (std::string_view(".:@_~ ").find(c) != std::string_view::npos)
            c = '-';
    }
    return name;
}

/// Is all of `text` what `pattern` says? Linear but for going back to the last '*'.
bool matches(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

std::uint64_t letterBit(char c)
{
    return std::uint64_t(1) << (static_cast<unsigned char>(c) & 63);
}

/// A name from each of its words on, and which letters these begin with: the catalogue is read at every
/// start, and a look at the first letter spares nearly all comparisons.
struct Words
{
    explicit Words(std::string_view name)
    {
        add(name);
        for (std::size_t dash = name.find('-'); dash != std::string_view::npos;
             dash = name.find('-', dash + 1))
            add(name.substr(dash + 1));
    }

    void add(std::string_view tail)
    {
        tails.push_back(tail);
        letters |= tail.empty() ? 0 : letterBit(tail.front());
    }

    bool match(std::string_view pattern) const
    {
        if (pattern.starts_with('*'))
            return matches(pattern, tails.front());
        if (pattern.empty() || (letters & letterBit(pattern.front())) == 0)
            return false;
        return std::any_of(tails.begin(), tails.end(),
                           [&](std::string_view tail) { return matches(pattern, tail); });
    }

    std::vector<std::string_view> tails;
    std::uint64_t letters = 0;
};

Failure refused(std::string_view what)
{
    return fail(ErrorKind::Internal, "quality table: " + std::string(what));
}

} // namespace

Result<QualityTable> QualityTable::loadBuiltIn()
{
    const auto text = readResource("quality.json");
    return text ? parse(*text) : tl::unexpected(text.error());
}

Result<QualityTable> QualityTable::parse(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return refused(document.error().message);
    const auto families = json::findArray(document->root(), "families");
    if (!families || json::findInt(document->root(), "version") != 1)
        return refused("version 1 with \"families\" is needed");
    QualityTable table;
    for (const json::Element family : *families) {
        const auto source = json::findString(family, "source");
        const auto ranks = json::findArray(family, "ranks");
        if (!source || !ranks)
            return refused("a family needs \"source\" and \"ranks\"");
        for (const json::Element pair : *ranks) {
            std::string_view pattern;
            std::int64_t rank = 0;
            if (pair.at(0).get(pattern) != simdjson::SUCCESS)
                return refused("a rank must be [pattern, number or null]");
            const bool isRanked = pair.at(1).get(rank) == simdjson::SUCCESS;
            if (isRanked ? rank < 0 || rank > kHighest : !pair.at(1).is_null())
                return refused("the rank of " + std::string(pattern) + " must be 0 to 100, or null");
            table.m_rows.push_back({std::string(pattern),
                                    isRanked ? std::optional(static_cast<int>(rank)) : std::nullopt,
                                    table.m_sources.size()});
        }
        table.m_sources.emplace_back(*source);
    }
    return table;
}

const QualityTable::Row *QualityTable::rowOf(std::string_view model) const
{
    const std::string name = normalised(model);
    const Words words(name);
    for (const Row &row : m_rows) {
        if (words.match(row.pattern))
            return &row;
    }
    return nullptr;
}

std::optional<Quality> QualityTable::find(std::string_view model) const
{
    const Row *row = rowOf(model);
    return row && row->rank ? std::optional(Quality{*row->rank, m_sources[row->source]}) : std::nullopt;
}

std::vector<std::string> QualityTable::patterns() const
{
    std::vector<std::string> patterns;
    for (const Row &row : m_rows)
        patterns.push_back(row.pattern);
    return patterns;
}

} // namespace pm
