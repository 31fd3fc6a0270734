// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/cache_turn.h"

#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace pm {

namespace {

constexpr int kMostBuckets = 20;

bool says(const http::Headers &headers, std::string_view name, std::string_view word)
{
    return http::equalsIgnoreCase(headers.value(name), word);
}

/// All fields of the name, as one (RFC 9110 5.3).
std::optional<std::string> cacheControlOf(const http::Headers &headers)
{
    if (!headers.contains("cache-control"))
        return std::nullopt;
    std::string all;
    for (const std::string_view member : http::listMembers(headers, "cache-control"))
        all.append(all.empty() ? "" : ", ").append(member);
    return all;
}

std::optional<std::int64_t> numberIn(const http::Headers &headers, std::string_view name)
{
    const std::string_view value = headers.value(name);
    return value.empty() ? std::nullopt : config::parseInteger(value);
}

} // namespace

CacheAsk cacheAsk(const http::Headers &headers, const config::Cache &settings)
{
    CacheAsk ask;
    const bool isOn = settings.enabled ? !says(headers, "helicone-cache-enabled", "false")
                                       : says(headers, "helicone-cache-enabled", "true");
    ask.isOff = !isOn || says(headers, "x-pointsman-no-cache", "true") || says(headers, "cf-aig-skip-cache", "true");
    if (ask.isOff)
        return ask;
    ask.seed = settings.seed;
    for (const std::string_view name : {"helicone-cache-seed", "x-portkey-cache-namespace"}) {
        if (const std::string_view seed = headers.value(name); !seed.empty())
            ask.seed = seed;
    }
    const auto buckets = numberIn(headers, "helicone-cache-bucket-max-size").value_or(settings.buckets);
    ask.buckets = static_cast<int>(std::clamp<std::int64_t>(buckets, 1, kMostBuckets));
    ask.wish = policy::cacheWish(settings.directive, cacheControlOf(headers), settings.share == config::Cache::Share::All);
    if (says(headers, "x-portkey-cache-force-refresh", "true"))
        ask.wish.looksUp = false;
    if (const auto ttl = numberIn(headers, "cf-aig-cache-ttl"); ttl && *ttl > 0)
        ask.wish.lifetime = std::min(policy::seconds(*ttl), policy::kLongestLifetime);
    return ask;
}

ShelfChoice chooseFrom(const policy::CacheShelf &shelf, const CacheAsk &ask, std::string_view request, std::int64_t now, Rng &rng)
{
    const auto count = static_cast<std::size_t>(ask.buckets);
    std::vector<policy::CachedAnswerPtr> slots(count);
    policy::CacheShelf usable;
    for (const policy::CachedAnswerPtr &answer : shelf) {
        if (answer->slot < 0 || answer->slot >= ask.buckets || answer->request != request)
            continue;
        slots[static_cast<std::size_t>(answer->slot)] = answer;
        const policy::seconds age(std::max<std::int64_t>(0, now - answer->storedAt));
        if (policy::mayServe(ask.wish, age, policy::seconds(answer->lifetime)))
            usable.push_back(answer);
    }
    ShelfChoice choice;
    if (usable.size() >= count || (ask.wish.onlyIfCached && !usable.empty())) {
        choice.answer = usable[rng() % usable.size()];
        choice.slot = choice.answer->slot;
        return choice;
    }
    const auto isEarlier = [&](const auto &a, const auto &b) {
        const bool isUsable = b && std::find(usable.begin(), usable.end(), b) != usable.end();
        const bool wasUsable = a && std::find(usable.begin(), usable.end(), a) != usable.end();
        const auto rank = [](const auto &each, bool use) { return std::pair(use, each ? each->storedAt : -1); };
        return rank(a, wasUsable) < rank(b, isUsable);
    };
    choice.slot = static_cast<int>(std::min_element(slots.begin(), slots.end(), isEarlier) - slots.begin());
    return choice;
}

std::string similarityText(double similarity)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "%.4f", similarity);
    return text.data();
}

void CacheFill::take(std::string_view bytes, SteadyTime now)
{
    using policy::CachedAnswer;
    if (m_isTooLarge || bytes.empty())
        return;
    if (m_bytes.size() + bytes.size() > m_maxBytes) {
        m_isTooLarge = true;
        m_bytes = {};
        m_pieces = {};
        return;
    }
    m_bytes.append(bytes);
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_last).count();
    const auto pause = m_pieces.empty() ? 0 : static_cast<std::uint32_t>(std::clamp<std::int64_t>(since, 0, 60'000));
    m_last = now;
    const bool isNew = m_pieces.empty() || (pause > 0 && m_pieces.size() < CachedAnswer::kMostPieces);
    if (isNew)
        m_pieces.push_back({pause, 0});
    m_pieces.back().bytes += static_cast<std::uint32_t>(bytes.size());
}

void CacheFill::moveTo(policy::CachedAnswer &answer)
{
    answer.bytes = std::move(m_bytes);
    answer.pieces = std::move(m_pieces);
    answer.bytes.shrink_to_fit();
    answer.pieces.shrink_to_fit();
}

} // namespace pm
