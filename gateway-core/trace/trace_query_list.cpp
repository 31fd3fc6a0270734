// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/search_text.h"
#include "trace/trace_reader.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace pm::trace {

namespace {

constexpr int kMaxPage = 10'000;
/// Values with at least this many rows are all alike to the choice of an index.
constexpr std::int64_t kProbe = 4096;

} // namespace

/// A filter as SQL over `heads h`, with its arguments. The text is not in it.
struct Query::Private::Conditions
{
    struct Equal
    {
        std::string_view column; ///< also the end of the index's name
        std::string text;
        std::int64_t number = 0;
        bool isText = true;
    };
    std::vector<Equal> equals;
    RowKey from = 0;
    RowKey before = std::numeric_limits<RowKey>::max();
    std::int64_t since = 0;
    std::int64_t until = 0;

    explicit Conditions(const Filter &filter);
    std::string where() const;
    void addTo(Statement &statement) const;
};

Query::Private::Conditions::Conditions(const Filter &filter)
    : since(filter.since)
    , until(filter.until)
{
    const std::pair<std::string_view, const std::string *> texts[] = {
        {"router", &filter.router}, {"provider", &filter.provider}, {"model", &filter.model}, {"app", &filter.app}};
    for (const auto &[column, value] : texts) {
        if (!value->empty())
            equals.push_back({column, *value});
    }
    if (filter.status != Filter::Status::Any) {
        const auto outcome = static_cast<std::int64_t>(filter.status) - 1; // in the order of Outcome
        equals.push_back({"outcome", {}, outcome, false});
    }
    if (since > 0)
        from = rowKeyAt(since - kClockSlackMicros);
    if (until > 0)
        before = rowKeyAt(until + kClockSlackMicros);
}

std::string Query::Private::Conditions::where() const
{
    std::string sql = " h.key >= ? AND h.key < ?";
    for (const Equal &equal : equals)
        sql.append(" AND h.").append(equal.column).append(" = ?");
    if (since > 0)
        sql += " AND h.started >= ?";
    if (until > 0)
        sql += " AND h.started <= ?";
    return sql;
}

void Query::Private::Conditions::addTo(Statement &statement) const
{
    statement.add(from).add(before);
    for (const Equal &equal : equals) {
        if (equal.isText)
            statement.add(std::string_view(equal.text));
        else
            statement.add(equal.number);
    }
    if (since > 0)
        statement.add(since);
    if (until > 0)
        statement.add(until);
}

Result<Page> Query::Private::list(const Filter &filter, const std::string &beforeId, int limit)
{
    const auto database = this->database();
    if (!database)
        return fail(database.error());
    Page page;
    limit = std::clamp(limit, 0, kMaxPage);
    if (!*database || limit == 0)
        return page;
    Conditions conditions(filter);
    if (!beforeId.empty()) {
        const auto key = keyOf(**database, beforeId);
        if (!key)
            return fail(key.error());
        conditions.before = std::min(conditions.before, key->value_or(rowKey(beforeId)));
    }
    const std::string text(trimmed(filter.text));
    auto rows = text.empty() ? listRows(**database, conditions, limit + 1)
                             : searchRows(**database, conditions, filter.text, limit + 1);
    if (!rows)
        return fail(rows.error());
    page.hasMore = rows->size() > static_cast<std::size_t>(limit);
    for (Found &found : *rows) {
        if (page.heads.size() < static_cast<std::size_t>(limit))
            page.heads.push_back(std::move(found.head));
    }
    return page;
}

/// SQLite without ANALYZE takes any of several fitting indexes. The one whose value is rarest leaves the fewest rows to look
/// at; counting the first few thousand of each shows which it is.
Result<std::string> Query::Private::bestIndex(const Database &database, const Conditions &conditions)
{
    std::string best;
    std::int64_t fewest = 0;
    for (const Conditions::Equal &equal : conditions.equals) {
        const std::string column(equal.column);
        std::int64_t rows = 0;
        if (conditions.equals.size() > 1) {
            auto probe = database.prepare("SELECT count(*) FROM (SELECT 1 FROM heads INDEXED BY heads_" + column
                                          + " WHERE " + column + " = ? LIMIT " + std::to_string(kProbe) + ")");
            if (!probe)
                return fail(probe.error());
            if (equal.isText)
                probe->add(std::string_view(equal.text));
            else
                probe->add(equal.number);
            if (probe->step() != SQLITE_ROW)
                return fail(database.error("cannot count"));
            rows = probe->integer(0);
        }
        if (best.empty() || rows < fewest) {
            best = "heads_" + column;
            fewest = rows;
        }
    }
    return best;
}

Result<std::vector<Query::Private::Found>>
Query::Private::listRows(const Database &database, const Conditions &conditions, int limit)
{
    const auto index = bestIndex(database, conditions);
    if (!index)
        return fail(index.error());
    const std::string sql = "SELECT " + headColumns() + " FROM heads h "
                            + (index->empty() ? "NOT INDEXED" : "INDEXED BY " + *index) + " WHERE"
                            + conditions.where() + " ORDER BY h.key DESC LIMIT " + std::to_string(limit);
    auto statement = database.prepare(sql);
    if (!statement)
        return fail(statement.error());
    conditions.addTo(*statement);
    return read(database, *statement);
}

/// Rows whose prompt has the words, and rows whose id begins with the text, newest first.
Result<std::vector<Query::Private::Found>>
Query::Private::searchRows(const Database &database, const Conditions &conditions, const std::string &text, int limit)
{
    std::vector<Found> rows;
    const std::string expression = ftsExpression(text);
    const std::string tail = conditions.where() + " ORDER BY w.rowid DESC LIMIT " + std::to_string(limit);
    if (!expression.empty()) {
        // The range is given on both sides: only the virtual table's own is pushed into the word index.
        auto statement = database.prepare("SELECT " + headColumns()
                                          + " FROM words w CROSS JOIN heads h ON h.key = w.rowid WHERE words MATCH ?"
                                            " AND w.rowid >= ? AND w.rowid < ? AND"
                                          + tail);
        if (!statement)
            return fail(statement.error());
        statement->add(expression).add(conditions.from).add(conditions.before);
        conditions.addTo(*statement);
        auto found = read(database, *statement);
        if (!found)
            return found;
        rows = std::move(*found);
    }
    const std::string prefix(trimmed(text));
    const RowKeyRange range = rowKeyRange(prefix);
    auto statement = database.prepare("SELECT " + headColumns()
                                      + " FROM heads h NOT INDEXED WHERE h.key BETWEEN ? AND ?"
                                        " AND substr(h.id, 1, ?) = ? COLLATE NOCASE AND"
                                      + conditions.where() + " ORDER BY h.key DESC LIMIT " + std::to_string(limit));
    if (!statement)
        return fail(statement.error());
    statement->add(range.first).add(range.last).add(std::int64_t(prefix.size())).add(prefix);
    conditions.addTo(*statement);
    auto byId = read(database, *statement);
    if (!byId)
        return byId;
    std::move(byId->begin(), byId->end(), std::back_inserter(rows));
    std::sort(rows.begin(), rows.end(), [](const Found &a, const Found &b) { return a.key > b.key; });
    rows.erase(std::unique(rows.begin(), rows.end(), [](const Found &a, const Found &b) { return a.key == b.key; }),
               rows.end());
    if (rows.size() > static_cast<std::size_t>(limit))
        rows.resize(static_cast<std::size_t>(limit));
    return rows;
}

Result<std::vector<Query::Private::Found>> Query::Private::read(const Database &database, Statement &statement)
{
    std::vector<Found> rows;
    int code = SQLITE_ROW;
    while ((code = statement.step()) == SQLITE_ROW)
        rows.push_back({readKey(statement), readHead(statement)});
    if (code != SQLITE_DONE)
        return fail(database.error("cannot read traces"));
    return rows;
}

Result<std::vector<Head>> Query::Private::listAfter(const std::string &afterId, int limit)
{
    const auto database = this->database();
    if (!database)
        return fail(database.error());
    std::vector<Head> heads;
    limit = std::clamp(limit, 0, kMaxPage);
    if (!*database || limit == 0)
        return heads;
    const auto key = afterId.empty() ? Result<std::optional<RowKey>>(std::nullopt) : keyOf(**database, afterId);
    if (!key)
        return fail(key.error());
    // By arrival, as long as the id is there: a stream that began before it and ended after it is new, too.
    const bool byArrival = key->has_value();
    auto statement = (*database)->prepare(
        "SELECT " + headColumns() + " FROM heads h "
        + (byArrival ? "INDEXED BY heads_arrival WHERE h.arrival > (SELECT arrival FROM heads WHERE key = ?)"
                       " ORDER BY h.arrival"
                     : "NOT INDEXED WHERE h.key > ? ORDER BY h.key")
        + " LIMIT " + std::to_string(limit));
    if (!statement)
        return fail(statement.error());
    statement->add(byArrival ? **key : afterId.empty() ? RowKey(-1) : rowKey(afterId));
    auto rows = read(**database, *statement);
    if (!rows)
        return fail(rows.error());
    for (Found &found : *rows)
        heads.push_back(std::move(found.head));
    return heads;
}

} // namespace pm::trace
