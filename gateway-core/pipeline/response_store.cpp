// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_store.h"

#include "base/background_thread.h"
#include "base/json.h"
#include "pipeline/response_file.h"

namespace pm {

namespace {

void addIds(std::optional<json::Array> items, std::vector<std::string> &ids)
{
    if (!items)
        return;
    for (const json::Element item : *items) {
        if (const auto id = json::findString(item, "id"); id && !id->empty())
            ids.emplace_back(*id);
    }
}

/// Ids of the items that a later request may refer to.
std::vector<std::string> itemIds(const StoredResponse &response)
{
    std::vector<std::string> ids;
    const auto input = json::Document::parse("{\"items\":" + response.input + "}");
    if (input)
        addIds(json::findArray(input->root(), "items"), ids);
    const auto whole = json::Document::parse(response.response);
    if (whole)
        addIds(json::findArray(whole->root(), "output"), ids);
    return ids;
}

} // namespace

ResponseStore::ResponseStore(Options options)
    : m_options(std::move(options))
{
    if (m_options.path.empty())
        return;
    m_file = std::make_unique<ResponseFile>(m_options.path);
    const std::lock_guard lock(m_mutex);
    const auto opened = m_file->open(
        [this](StoredResponse each) {
            std::vector<std::string> items = itemIds(each);
            insert(std::make_shared<const StoredResponse>(std::move(each)), std::move(items));
        });
    if (!opened)
        m_problem = opened.error().message;
    m_thread = std::thread([this] { run(); });
}

ResponseStore::~ResponseStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

std::int64_t ResponseStore::now() const
{
    return m_options.now ? m_options.now() : std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

void ResponseStore::put(StoredResponse response, bool onDisk)
{
    if (response.bytes() > m_options.maxEntryBytes)
        return;
    std::vector<std::string> items = itemIds(response);
    auto shared = std::make_shared<const StoredResponse>(std::move(response));
    const std::lock_guard lock(m_mutex);
    if (onDisk)
        enqueue({shared, shared->id});
    insert(std::move(shared), std::move(items));
}

/// Under the lock, like all that follows and is private.
void ResponseStore::insert(StoredResponsePtr response, std::vector<std::string> items)
{
    if (const auto before = m_byId.find(response->id); before != m_byId.end())
        erase(before->second, false);
    m_bytes += response->bytes();
    m_entries.push_front({std::move(response), std::move(items)});
    const auto entry = m_entries.begin();
    m_byId[entry->response->id] = entry;
    for (const std::string &item : entry->items)
        m_byItem[item] = entry;
    evict();
}

void ResponseStore::erase(Entries::iterator entry, bool alsoOnDisk)
{
    m_bytes -= entry->response->bytes();
    for (const std::string &item : entry->items) {
        if (const auto found = m_byItem.find(item); found != m_byItem.end() && found->second == entry)
            m_byItem.erase(found);
    }
    if (alsoOnDisk)
        enqueue({nullptr, entry->response->id});
    m_byId.erase(entry->response->id);
    m_entries.erase(entry);
}

void ResponseStore::evict()
{
    const std::int64_t oldest = now() - m_options.maxAge.count();
    while (!m_entries.empty()
           && (m_bytes > m_options.maxBytes || m_entries.back().response->createdAt < oldest))
        erase(std::prev(m_entries.end()), true);
}

ResponseStore::Entries::iterator ResponseStore::lookUp(std::string_view id, std::string_view owner)
{
    const auto found = m_byId.find(std::string(id));
    if (found == m_byId.end() || found->second->response->owner != owner)
        return m_entries.end();
    if (found->second->response->createdAt < now() - m_options.maxAge.count()) {
        erase(found->second, true);
        return m_entries.end();
    }
    return found->second;
}

StoredResponsePtr ResponseStore::find(std::string_view id, std::string_view owner)
{
    const std::lock_guard lock(m_mutex);
    const auto entry = lookUp(id, owner);
    if (entry == m_entries.end())
        return nullptr;
    m_entries.splice(m_entries.begin(), m_entries, entry); // a conversation that goes on stays
    return entry->response;
}

StoredResponsePtr ResponseStore::findByItem(std::string_view itemId, std::string_view owner)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byItem.find(std::string(itemId));
    if (found == m_byItem.end() || found->second->response->owner != owner)
        return nullptr;
    return found->second->response;
}

bool ResponseStore::remove(std::string_view id, std::string_view owner)
{
    const std::lock_guard lock(m_mutex);
    const auto entry = lookUp(id, owner);
    if (entry == m_entries.end())
        return false;
    erase(entry, true);
    return true;
}

std::size_t ResponseStore::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

std::size_t ResponseStore::bytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_bytes;
}

std::string ResponseStore::problem() const
{
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

void ResponseStore::enqueue(Write write)
{
    const std::size_t size = write.response ? write.response->bytes() : 0;
    if (!m_file)
        return;
    if (m_queuedBytes + size > m_options.maxBytes) {
        m_problem = "the disk is slower than the requests; some answers will not survive a restart";
        return;
    }
    m_queuedBytes += size;
    m_queue.push_back(std::move(write));
    m_wake.notify_one();
}

bool ResponseStore::flush(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_written.wait_for(lock, timeout, [this] { return m_queue.empty() && !m_isWriting; });
}

void ResponseStore::run()
{
    becomeBackgroundThread("pm-responses");
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stop || !m_queue.empty(); });
        if (m_queue.empty())
            return;
        const Write write = std::move(m_queue.front());
        m_queue.pop_front();
        m_queuedBytes -= write.response ? write.response->bytes() : 0;
        m_isWriting = true;
        lock.unlock();
        const auto done = write.response ? m_file->put(*write.response) : m_file->remove(write.id);
        lock.lock();
        m_isWriting = false;
        m_problem = done ? std::string() : done.error().message;
        m_written.notify_all();
    }
}

} // namespace pm
