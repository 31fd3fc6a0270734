// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/trace_query.h"

#include "trace/schema.h"
#include "trace/trace_reader.h"

#include <algorithm>
#include <array>
#include <sys/stat.h>

namespace pm::trace {

namespace {

constexpr int kBusyMillis = 2000;

} // namespace

Query::Query(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

Query::Query(Query &&) noexcept = default;
Query &Query::operator=(Query &&) noexcept = default;
Query::~Query() = default;

Result<Query> Query::open(const std::string &path)
{
    Query query(std::make_unique<Private>(path));
    if (auto opened = query.d->database(); !opened)
        return fail(opened.error());
    return query;
}

Result<Page> Query::list(const Filter &filter, const std::string &beforeId, int limit) const
{
    return d->list(filter, beforeId, limit);
}

Result<std::vector<Head>> Query::listAfter(const std::string &afterId, int limit) const
{
    return d->listAfter(afterId, limit);
}

Result<Record> Query::get(const std::string &id) const
{
    return d->get(id);
}

Result<Totals> Query::totals(std::int64_t sinceMicros) const
{
    return d->totals(sinceMicros);
}

Result<std::int64_t> Query::count() const
{
    const auto database = d->database();
    if (!database)
        return fail(database.error());
    return *database ? (*database)->integer("SELECT value FROM counters WHERE name = 'records'") : 0;
}

Result<std::vector<std::string>> Query::distinct(const std::string &field) const
{
    return d->distinct(field);
}

std::optional<Query::Private::Identity> Query::Private::identityOnDisk() const
{
    struct stat file{};
    if (::stat(m_path.c_str(), &file) != 0)
        return std::nullopt;
    return Identity{file.st_dev, file.st_ino};
}

Result<const Database *> Query::Private::database()
{
    const auto identity = identityOnDisk();
    if (m_database && identity == m_identity)
        return &*m_database;
    m_database.reset();
    if (!identity)
        return nullptr;
    auto opened = Database::open(m_path, SQLITE_OPEN_READONLY, kBusyMillis);
    if (!opened)
        return fail(opened.error());
    const auto version = fileVersion(*opened);
    if (!version)
        return fail(version.error());
    if (*version == 0)
        return nullptr; // just being made
    if (*version != schemaVersion())
        return fail(ErrorKind::Storage,
                    m_path + " has format " + std::to_string(*version) + ", this Pointsman reads format "
                        + std::to_string(schemaVersion()) + "; use the version that writes it");
    m_database = std::move(*opened);
    m_identity = identity;
    return &*m_database;
}

Result<Totals> Query::Private::totals(std::int64_t sinceMicros)
{
    const auto database = this->database();
    if (!database)
        return fail(database.error());
    Totals totals;
    if (!*database)
        return totals;
    auto row = (*database)->prepare(
        "SELECT count(*), total(state = 2 OR status >= 400),"
        " total(state = 1 AND status < 400 AND attempts > 1),"
        " total(coalesce(uncached_input, 0) + coalesce(cache_read, 0) + coalesce(cache_write_5m, 0)"
        "       + coalesce(cache_write_1h, 0)),"
        " total(coalesce(output, 0)), total(coalesce(cost_micro_usd, 0)),"
        " total(state = 1 AND status < 400 AND provider <> '' AND cost_micro_usd IS NULL)"
        " FROM heads WHERE key >= ? AND started >= ?");
    if (!row)
        return fail(row.error());
    if (row->add(rowKeyAt(sinceMicros - kClockSlackMicros)).add(sinceMicros).step() != SQLITE_ROW)
        return fail((*database)->error("cannot sum up"));
    totals.requests = row->integer(0);
    totals.errors = row->integer(1);
    totals.absorbed = row->integer(2);
    totals.inputTokens = row->integer(3);
    totals.outputTokens = row->integer(4);
    totals.costMicroUsd = row->integer(5);
    totals.unpriced = row->integer(6);
    return totals;
}

Result<std::vector<std::string>> Query::Private::distinct(const std::string &field)
{
    constexpr std::array<std::string_view, 4> kFields{"router", "provider", "model", "app"};
    constexpr int kMaxValues = 500; // a menu; clients may send any model name
    if (std::find(kFields.begin(), kFields.end(), field) == kFields.end())
        return fail(ErrorKind::BadRequest, "no list of values for \"" + field + "\"; there are router, provider, "
                                                                                "model and app");
    const auto database = this->database();
    if (!database)
        return fail(database.error());
    std::vector<std::string> values;
    if (!*database)
        return values;
    // One step of the index for each value, where SELECT DISTINCT would walk all of it.
    auto next = (*database)->prepare("SELECT min(" + field + ") FROM heads WHERE " + field + " > ?");
    if (!next)
        return fail(next.error());
    std::string last;
    for (int i = 0; i < kMaxValues; ++i) {
        if (next->add(last).step() != SQLITE_ROW)
            return fail((*database)->error("cannot list values"));
        std::string value = next->text(0);
        next->reset();
        if (value.empty())
            break;
        values.push_back(value);
        last = std::move(value);
    }
    return values;
}

} // namespace pm::trace
