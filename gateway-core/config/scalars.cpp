// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/scalars.h"

#include <QDateTime>
#include <QString>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

namespace pm::config {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMaxMilliseconds = 100LL * 366 * 24 * 3600 * 1000;
constexpr std::size_t kMaxWordForNearest = 64;
constexpr std::size_t kMaxCandidates = 500;

struct Unit
{
    std::string_view name;
    std::int64_t factor;
};

/// Largest first, as they are written.
constexpr std::array<Unit, 19> kTimes{{{"w", 604'800'000},
                                       {"week", 604'800'000},
                                       {"weeks", 604'800'000},
                                       {"d", 86'400'000},
                                       {"day", 86'400'000},
                                       {"days", 86'400'000},
                                       {"h", 3'600'000},
                                       {"hr", 3'600'000},
                                       {"hour", 3'600'000},
                                       {"hours", 3'600'000},
                                       {"m", 60'000},
                                       {"min", 60'000},
                                       {"minute", 60'000},
                                       {"minutes", 60'000},
                                       {"s", 1'000},
                                       {"sec", 1'000},
                                       {"second", 1'000},
                                       {"seconds", 1'000},
                                       {"ms", 1}}};
constexpr std::array<Unit, 13> kSizes{{{"TiB", 1LL << 40},
                                       {"GiB", 1LL << 30},
                                       {"MiB", 1LL << 20},
                                       {"KiB", 1LL << 10},
                                       {"TB", 1'000'000'000'000},
                                       {"GB", 1'000'000'000},
                                       {"MB", 1'000'000},
                                       {"KB", 1'000},
                                       {"kB", 1'000},
                                       {"k", 1'000},
                                       {"K", 1LL << 10},
                                       {"B", 1},
                                       {"", 1}}};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t digitsEnd(std::string_view text, std::size_t at)
{
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return at;
}

std::size_t skipSpaces(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] == ' ')
        ++at;
    return at;
}

template <std::size_t N>
std::optional<std::int64_t> factorOf(const std::array<Unit, N> &units, std::string_view name)
{
    for (const Unit &unit : units) {
        if (unit.name == name)
            return unit.factor;
    }
    return std::nullopt;
}

/// value * factor when it fits below `most`.
std::optional<std::int64_t> scaled(std::string_view digits, std::int64_t factor, std::int64_t most)
{
    const auto value = parseInteger(digits);
    if (!value || *value < 0 || *value > most / factor)
        return std::nullopt;
    return *value * factor;
}

/// Letters put in, left out, replaced, or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::vector<std::size_t> next(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 0; i < a.size(); ++i) {
        next[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            next[j + 1] = std::min({next[j] + 1, row[j + 1] + 1, row[j] + (a[i] == b[j] ? 0 : 1)});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                next[j + 1] = std::min(next[j + 1], before[j - 1] + 1);
        }
        before = std::exchange(row, next);
    }
    return row.back();
}

} // namespace

std::optional<bool> parseBool(std::string_view text)
{
    if (text == "true" || text == "True" || text == "TRUE")
        return true;
    if (text == "false" || text == "False" || text == "FALSE")
        return false;
    return std::nullopt;
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

std::optional<double> parseNumber(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<milliseconds> parseDuration(std::string_view text)
{
    if (text == "0")
        return milliseconds(0);
    std::int64_t sum = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = digitsEnd(text, at);
        const std::size_t unitBegin = skipSpaces(text, end);
        std::size_t unitEnd = unitBegin;
        while (unitEnd < text.size() && text[unitEnd] != ' ' && !isDigit(text[unitEnd]))
            ++unitEnd;
        const auto factor = factorOf(kTimes, text.substr(unitBegin, unitEnd - unitBegin));
        if (end == at || !factor)
            return std::nullopt;
        const auto part = scaled(text.substr(at, end - at), *factor, kMaxMilliseconds);
        if (!part || *part > kMaxMilliseconds - sum)
            return std::nullopt;
        sum += *part;
        at = skipSpaces(text, unitEnd);
    }
    return text.empty() ? std::nullopt : std::optional(milliseconds(sum));
}

std::optional<std::int64_t> parseDate(std::string_view text)
{
    constexpr std::size_t kDay = 10;    // 2026-12-31
    constexpr std::size_t kMinute = 16; // 2026-12-31T18:00
    if (text.size() != kDay && text.size() != kMinute)
        return std::nullopt;
    const QString whole = QString::fromUtf8(text.data(), qsizetype(text.size()));
    const QDateTime moment = text.size() == kDay ? QDate::fromString(whole, Qt::ISODate).startOfDay()
                                                 : QDateTime::fromString(whole, Qt::ISODate);
    return moment.isValid() ? std::optional<std::int64_t>(moment.toSecsSinceEpoch()) : std::nullopt;
}

std::optional<milliseconds> parseSpan(std::string_view text)
{
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<std::string_view, milliseconds>, 5> kSpans{
        {{"second", 1s}, {"minute", 1min}, {"hour", 1h}, {"day", 24h}, {"week", 7 * 24h}}};
    for (const auto &[word, span] : kSpans) {
        if (word == text)
            return span;
    }
    return parseDuration(text);
}

std::optional<std::int64_t> parseSize(std::string_view text)
{
    const std::size_t end = digitsEnd(text, 0);
    const auto factor = factorOf(kSizes, text.substr(skipSpaces(text, end)));
    if (end == 0 || !factor)
        return std::nullopt;
    return scaled(text.substr(0, end), *factor, INT64_MAX);
}

std::string writeNumber(double value)
{
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("0");
}

std::string writeDuration(milliseconds value)
{
    const std::int64_t count = value.count();
    for (const std::string_view unit : {"d", "h", "m", "s"}) {
        const std::int64_t factor = *factorOf(kTimes, unit);
        // 60s and 90s are how people write them; 1m and 1d where nothing shorter is lost.
        if (count > 0 && count % factor == 0 && (unit == "s" || count / factor >= 10))
            return std::to_string(count / factor) + std::string(unit);
    }
    return std::to_string(count) + "ms";
}

std::string writeSize(std::int64_t bytes)
{
    for (const Unit &unit : kSizes) {
        if (unit.name.size() == 3 && bytes > 0 && bytes % unit.factor == 0)
            return std::to_string(bytes / unit.factor) + std::string(unit.name);
    }
    return std::to_string(bytes);
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string> &valid)
{
    if (word.empty() || word.size() > kMaxWordForNearest)
        return std::nullopt;
    const std::string *best = nullptr;
    std::size_t least = std::min(std::max<std::size_t>(1, word.size() / 3), word.size() - 1) + 1;
    for (std::size_t i = 0; i < std::min(valid.size(), kMaxCandidates); ++i) {
        const std::string &candidate = valid[i];
        if (candidate.size() > kMaxWordForNearest)
            continue;
        const std::size_t away = distance(word, candidate);
        if (away < least) {
            least = away;
            best = &candidate;
        }
    }
    return best ? std::optional(*best) : std::nullopt;
}

std::string didYouMean(std::string_view word, const std::vector<std::string> &valid)
{
    const auto name = nearest(word, valid);
    return name ? "; did you mean '" + *name + "'?" : std::string();
}

std::string kebab(std::string_view key)
{
    std::string name(key);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

} // namespace pm::config
