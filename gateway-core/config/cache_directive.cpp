// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/cache_directive.h"

#include "base/text.h"
#include "config/scalars.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <vector>

namespace pm::config {

using std::chrono::seconds;

namespace {

/// Beyond it times need not be told apart (RFC 9111 1.2.2).
constexpr std::int64_t kMostSeconds = 2'147'483'648;

constexpr std::string_view kTimes[] = {"max-age", "s-maxage", "max-stale", "min-fresh"};
constexpr std::string_view kFlags[] = {"no-store", "no-cache", "only-if-cached", "must-revalidate", "proxy-revalidate",
                                       "private",  "public",   "no-transform"};

struct Directive
{
    std::string name; ///< lower case
    std::string_view value;
    bool hasValue = false;
};

std::string_view trimmed(std::string_view text)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

Directive directiveOf(std::string_view text)
{
    const std::size_t sign = text.find('=');
    Directive directive{lowerAscii(trimmed(text.substr(0, sign))), {}, sign != std::string_view::npos};
    if (directive.hasValue)
        directive.value = trimmed(text.substr(sign + 1));
    if (directive.value.size() > 1 && directive.value.front() == '"' && directive.value.back() == '"')
        directive.value = directive.value.substr(1, directive.value.size() - 2);
    return directive;
}

/// Commas in quotes part nothing.
void forEachDirective(std::string_view field, const std::function<void(const Directive &)> &take)
{
    std::size_t begin = 0;
    bool isQuoted = false;
    for (std::size_t at = 0; at <= field.size(); ++at) {
        const bool isEnd = at == field.size();
        if (!isEnd && field[at] == '"')
            isQuoted = !isQuoted;
        if (!isEnd && (isQuoted || field[at] != ','))
            continue;
        if (const std::string_view text = trimmed(field.substr(begin, at - begin)); !text.empty())
            take(directiveOf(text));
        begin = at + 1;
    }
}

std::optional<seconds> secondsOf(std::string_view text)
{
    std::int64_t sum = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        sum = std::min<std::int64_t>(sum * 10 + (c - '0'), kMostSeconds);
    }
    return text.empty() ? std::nullopt : std::optional(seconds(sum));
}

void setOnce(std::optional<seconds> &field, const Directive &directive)
{
    if (!field)
        field = secondsOf(directive.value).value_or(seconds(0));
}

template <typename List>
bool isIn(const List &list, std::string_view name)
{
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

} // namespace

CacheDirectives parseCacheControl(std::string_view field)
{
    CacheDirectives said;
    forEachDirective(field, [&](const Directive &directive) {
        const std::string &name = directive.name;
        if (name == "max-age")
            setOnce(said.maxAge, directive);
        else if (name == "s-maxage")
            setOnce(said.sharedMaxAge, directive);
        else if (name == "min-fresh")
            setOnce(said.minFresh, directive);
        else if (name == "max-stale" && directive.hasValue)
            setOnce(said.maxStale, directive);
        else if (name == "max-stale" && !said.maxStale)
            said.maxStale = seconds::max();
        said.noStore = said.noStore || name == "no-store";
        said.noCache = said.noCache || name == "no-cache";
        said.onlyIfCached = said.onlyIfCached || name == "only-if-cached";
        said.mustRevalidate = said.mustRevalidate || name == "must-revalidate" || name == "proxy-revalidate";
        said.isPrivate = said.isPrivate || name == "private";
    });
    return said;
}

std::string cacheControlProblem(std::string_view field)
{
    std::string problem;
    forEachDirective(field, [&](const Directive &directive) {
        if (!problem.empty())
            return;
        const bool isTime = isIn(kTimes, directive.name);
        const bool mayLackValue = directive.name == "max-stale" && !directive.hasValue;
        std::vector<std::string> valid(std::begin(kTimes), std::end(kTimes));
        valid.insert(valid.end(), std::begin(kFlags), std::end(kFlags));
        if (!isTime && !isIn(kFlags, directive.name)) {
            problem = "'" + directive.name + "' is no directive of Cache-Control"
                      + didYouMean(directive.name, valid);
        } else if (isTime && !mayLackValue && !secondsOf(directive.value)) {
            problem = directive.name + " takes whole seconds, as in " + directive.name + "=3600";
        } else if (!isTime && directive.hasValue) {
            problem = directive.name + " takes no value here";
        }
    });
    return problem;
}

} // namespace pm::config
