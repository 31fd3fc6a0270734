// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "pipeline/response_store.h"
#include "trace/sqlite_db.h"

#include <functional>
#include <optional>
#include <string>

namespace pm {

/// The file behind a ResponseStore. Used by one thread at a time: the one that makes it, then the store's.
class ResponseFile
{
public:
    explicit ResponseFile(std::string path)
        : m_path(std::move(path))
    {
    }

    /// Opens or makes the file and calls `take` for each answer in it, the oldest first. A damaged file is begun anew.
    Result<void> open(const std::function<void(StoredResponse)> &take);
    Result<void> put(const StoredResponse &response);
    Result<void> remove(const std::string &id);

private:
    Result<void> openOnce();
    Result<void> load(const std::function<void(StoredResponse)> &take);

    std::string m_path;
    std::optional<trace::Database> m_database;
};

} // namespace pm
