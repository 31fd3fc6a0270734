// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/redis_cache_store.h"

#include <array>
#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>

namespace pm::policy {

namespace {

// A field a slot; the key lives as long as its longest-lived answer.
constexpr std::string_view kPut = R"lua(
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
)lua";

constexpr std::chrono::seconds kPatience{5}; ///< that use(true) and flush() wait at most

/// Lengths of the description and of the request, each as eight hexadecimal digits, then these two and the bytes.
std::string pack(const CachedAnswer &answer)
{
    const std::string description = encodeAnswer(answer);
    std::array<char, 17> lengths{};
    std::snprintf(lengths.data(), lengths.size(), "%08zx%08zx", description.size(), answer.request.size());
    return std::string(lengths.data(), 16) + description + answer.request + answer.bytes;
}

std::optional<std::size_t> lengthIn(std::string_view text)
{
    std::size_t length = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), length, 16);
    return failed == std::errc() && end == text.data() + text.size() ? std::optional(length) : std::nullopt;
}

/// Nothing for what we did not write so.
std::optional<CachedAnswer> unpack(std::string_view packed)
{
    if (packed.size() < 16)
        return std::nullopt;
    const auto description = lengthIn(packed.substr(0, 8));
    const auto request = lengthIn(packed.substr(8, 8));
    packed.remove_prefix(16);
    if (!description || !request || *description + *request > packed.size())
        return std::nullopt;
    auto answer = decodeAnswer(packed.substr(0, *description));
    if (!answer)
        return std::nullopt;
    answer->request = packed.substr(*description, *request);
    answer->bytes = packed.substr(*description + *request);
    return std::move(*answer);
}

std::string keyOf(const Sha256 &hash)
{
    return std::string(RedisCacheStore::kPrefix) + hex(hash);
}

/// The hash that a key names.
std::optional<Sha256> hashOf(std::string_view key)
{
    key.remove_prefix(std::min(key.size(), RedisCacheStore::kPrefix.size()));
    Sha256 hash{};
    if (key.size() != 2 * hash.size())
        return std::nullopt;
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const auto byte = lengthIn(key.substr(2 * i, 2));
        if (!byte)
            return std::nullopt;
        hash[i] = static_cast<std::uint8_t>(*byte);
    }
    return hash;
}

/// Field names and values in turns.
CacheShelf shelfOf(const redis::Reply &fields)
{
    CacheShelf shelf;
    for (std::size_t i = 1; i < fields.list().size(); i += 2) {
        if (auto answer = unpack(fields.list()[i].text()))
            shelf.push_back(std::make_shared<const CachedAnswer>(std::move(*answer)));
    }
    return shelf;
}

/// Waits for something that is done on another thread.
class Latch
{
public:
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_wake.notify_all();
    }
    bool wait(std::chrono::milliseconds timeout)
    {
        std::unique_lock lock(m_mutex);
        return m_wake.wait_for(lock, timeout, [this] { return m_isOpen; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isOpen = false;
};

} // namespace

/// What a walk over all entries carries from page to page.
struct RedisCacheStore::Walk
{
    Each each;
    std::function<void()> done;
    std::size_t open = 0; ///< keys of this page that were not read yet
    std::string next;     ///< cursor
};

RedisCacheStore::RedisCacheStore(redis::Client::Options options)
    : m_put(std::make_shared<const redis::Script>(kPut)), m_dropped(std::make_shared<std::atomic<std::uint64_t>>(0)),
      m_link(std::make_unique<redis::Link>(std::move(options), redis::Link::Answers::Here))
{
}

RedisCacheStore::~RedisCacheStore() = default;

std::optional<CacheShelf> RedisCacheStore::find(const Sha256 &hash, Found found)
{
    if (!m_link->isUp() && !m_link->problem().empty())
        return CacheShelf(); // away: a miss, at once
    m_link->send({"HGETALL", keyOf(hash)}, [found = std::move(found)](const Result<redis::Reply> &reply) {
        found(reply ? shelfOf(*reply) : CacheShelf());
    });
    return std::nullopt;
}

void RedisCacheStore::put(const Sha256 &hash, CachedAnswerPtr answer)
{
    m_link->run(m_put, {keyOf(hash)},
                {std::to_string(answer->slot), pack(*answer), std::to_string(answer->lifetime + kStaleFor)},
                [dropped = m_dropped](const Result<redis::Reply> &reply) {
                    if (!reply)
                        dropped->fetch_add(1, std::memory_order_relaxed);
                });
}

void RedisCacheStore::forEach(const std::string &keyStart, Each each, std::function<void()> done) const
{
    auto state = std::make_shared<Walk>();
    state->each = std::move(each);
    state->done = std::move(done);
    walk("0", std::string(kPrefix) + keyStart + "*", std::move(state));
}

void RedisCacheStore::walk(std::string cursor, const std::string &pattern, std::shared_ptr<Walk> state) const
{
    m_link->send({"SCAN", std::move(cursor), "MATCH", pattern, "COUNT", "256"},
                 [this, pattern, state](const Result<redis::Reply> &page) {
                     if (!page || page->list().size() != 2)
                         return state->done();
                     readKeys(*page, pattern, state);
                 });
}

void RedisCacheStore::readKeys(const redis::Reply &page, const std::string &pattern, const std::shared_ptr<Walk> &state) const
{
    state->next = page.list()[0].text();
    const auto turn = [this, pattern, state] {
        if (state->next == "0")
            return state->done();
        walk(state->next, pattern, state);
    };
    state->open = page.list()[1].list().size();
    if (state->open == 0)
        return turn();
    for (const redis::Reply &key : page.list()[1].list()) {
        m_link->send({"HGETALL", std::string(key.text())},
                     [state, turn, hash = hashOf(key.text())](const Result<redis::Reply> &fields) {
                         for (const CachedAnswerPtr &answer : fields && hash ? shelfOf(*fields) : CacheShelf())
                             state->each(*hash, answer->slot, *answer);
                         if (--state->open == 0)
                             turn();
                     });
    }
}

void RedisCacheStore::purge(const CachePurge &which, Removed removed)
{
    auto count = std::make_shared<std::uint64_t>(0);
    forEach(
        which.key,
        [this, which, count](const Sha256 &hash, int slot, const CachedAnswer &answer) {
            if (!which.fits(hash, answer))
                return;
            ++*count;
            m_link->send({"HDEL", keyOf(hash), std::to_string(slot)}, [](const Result<redis::Reply> &) {});
        },
        [count, removed = std::move(removed)] {
            if (removed)
                removed(*count);
        });
}

CacheUse RedisCacheStore::use(bool byRouter) const
{
    struct Counted
    {
        std::map<std::string, CacheUse::OfRouter> routers;
        Latch latch;
    };
    CacheUse use;
    if (byRouter && m_link->isUp()) {
        auto counted = std::make_shared<Counted>();
        forEach(
            {},
            [counted](const Sha256 &, int, const CachedAnswer &answer) {
                CacheUse::OfRouter &row = counted->routers[answer.router];
                row.router = answer.router;
                ++row.entries;
                row.bytes += answer.weight();
            },
            [counted] { counted->latch.open(); });
        if (counted->latch.wait(kPatience)) {
            for (auto &[name, row] : counted->routers) {
                use.entries += row.entries;
                use.bytes += row.bytes;
                use.routers.push_back(std::move(row));
            }
            m_entries = use.entries;
            m_bytes = use.bytes;
        }
    }
    use.entries = m_entries;
    use.bytes = m_bytes;
    use.dropped = m_dropped->load(std::memory_order_relaxed);
    use.problem = m_link->problem();
    return use;
}

bool RedisCacheStore::flush(std::chrono::milliseconds timeout)
{
    auto latch = std::make_shared<Latch>();
    m_link->send({"PING"}, [latch](const Result<redis::Reply> &) { latch->open(); });
    return latch->wait(timeout);
}

} // namespace pm::policy
