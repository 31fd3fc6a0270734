// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "trace/trace.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pm::trace {

/// Which heads to list. Empty fields do not filter.
struct Filter
{
    std::string router;
    std::string provider;
    std::string model;
    std::string app;
    enum class Status { Any, Ok, Failed, Cancelled, Refused } status = Status::Any;
    std::string text;       ///< full text over prompts; also matches ids by prefix
    std::int64_t since = 0; ///< Unix microseconds, 0 open
    std::int64_t until = 0;
    bool isEmpty() const;
    bool matches(const Head &head) const; ///< without `text`; for live rows
};

struct Page
{
    std::vector<Head> heads; ///< newest first
    bool hasMore = false;
};

/// Sums since a moment, for the overview and the admin API.
struct Totals
{
    std::int64_t requests = 0;
    std::int64_t errors = 0;   ///< seen by tools: failed, or status >= 400
    std::int64_t absorbed = 0; ///< answered after at least one failed attempt
    std::int64_t inputTokens = 0;
    std::int64_t outputTokens = 0;
    std::int64_t costMicroUsd = 0;
    std::int64_t unpriced = 0; ///< answered requests whose cost is unknown
};

/// Reads a store's file on a connection of its own; one per thread. Safe while the store writes.
class Query
{
public:
    /// Error: Storage with the path and reason. A file that does not exist yet reads as empty.
    static Result<Query> open(const std::string &path);
    Query(Query &&) noexcept;
    Query &operator=(Query &&) noexcept;
    ~Query();

    /// Heads older than `beforeId` (newest when empty), at most `limit`.
    Result<Page> list(const Filter &filter, const std::string &beforeId, int limit) const;
    /// Heads newer than `afterId`, oldest first.
    Result<std::vector<Head>> listAfter(const std::string &afterId, int limit) const;
    /// By id or unambiguous prefix (or suffix) of at least 6 characters. Error: NotFound.
    Result<Record> get(const std::string &id) const;
    Result<Totals> totals(std::int64_t sinceMicros) const;
    Result<std::int64_t> count() const;
    /// Distinct values for filter menus: "router", "provider", "model", "app".
    Result<std::vector<std::string>> distinct(const std::string &field) const;

private:
    class Private;
    explicit Query(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

} // namespace pm::trace
