// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace pm {

class ResponseFile;

/// One answered request of the Responses format.
struct StoredResponse
{
    std::string id;         ///< "resp_..."
    std::string owner;      ///< the client key it was made with; nobody else finds it
    std::string provider;   ///< who made it in this very format; empty when it was translated
    std::string previousId; ///< the answer it goes on from; may be empty
    std::int64_t createdAt = 0; ///< Unix seconds
    std::string input;      ///< JSON array of the items that the request itself brought, each with an id
    std::string response;   ///< the response object

    std::size_t bytes() const { return sizeof(*this) + id.size() + input.size() + response.size(); }
};
using StoredResponsePtr = std::shared_ptr<const StoredResponse>;

/// The answers that clients may refer to by id. All of them are in memory, the least used go first when there are too
/// many bytes; a file holds them too, written on a thread of its own, so that ids survive a restart. When the disk
/// refuses, memory alone serves. Safe from any thread; the lock is held for look-ups only.
class ResponseStore
{
public:
    struct Options
    {
        std::string path; ///< empty: memory only
        std::size_t maxBytes = 64 * 1024 * 1024;
        std::size_t maxEntryBytes = 8 * 1024 * 1024; ///< larger ones are not kept
        std::chrono::seconds maxAge = std::chrono::hours(24 * 30);
        std::function<std::int64_t()> now; ///< Unix seconds; the system's clock when empty
    };

    /// Reads what the file holds.
    explicit ResponseStore(Options options);
    ~ResponseStore(); ///< writes what is queued
    ResponseStore(const ResponseStore &) = delete;
    ResponseStore &operator=(const ResponseStore &) = delete;

    /// `onDisk`: it may be written to the file. Replaces one of the same id.
    void put(StoredResponse response, bool onDisk);
    /// Null when there is none, it is too old, or it is another's.
    StoredResponsePtr find(std::string_view id, std::string_view owner);
    /// The answer with this item in its input or output.
    StoredResponsePtr findByItem(std::string_view itemId, std::string_view owner);
    bool remove(std::string_view id, std::string_view owner);

    std::size_t count() const;
    std::size_t bytes() const;
    /// Why nothing is written to the file; empty when all is well.
    std::string problem() const;
    /// Waits until the file holds what was put before; false when it did not in time. For tests and exit.
    bool flush(std::chrono::milliseconds timeout);

private:
    struct Entry
    {
        StoredResponsePtr response;
        std::vector<std::string> items; ///< ids in input and output
    };
    using Entries = std::list<Entry>; ///< the last used first
    struct Write
    {
        StoredResponsePtr response; ///< null: remove `id`
        std::string id;
    };

    std::int64_t now() const;
    void insert(StoredResponsePtr response, std::vector<std::string> items);
    void erase(Entries::iterator entry, bool alsoOnDisk);
    void evict();
    Entries::iterator lookUp(std::string_view id, std::string_view owner);
    void enqueue(Write write);
    void run();

    const Options m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_written;
    Entries m_entries;                                              // m_mutex
    std::unordered_map<std::string, Entries::iterator> m_byId;      // m_mutex
    std::unordered_map<std::string, Entries::iterator> m_byItem;    // m_mutex
    std::size_t m_bytes = 0;                                        // m_mutex
    std::deque<Write> m_queue;                                      // m_mutex
    std::size_t m_queuedBytes = 0;                                  // m_mutex
    bool m_isWriting = false;                                       // m_mutex
    bool m_stop = false;                                            // m_mutex
    std::string m_problem;                                          // m_mutex
    std::unique_ptr<ResponseFile> m_file; ///< the thread's; null without a path
    std::thread m_thread;
};

} // namespace pm
