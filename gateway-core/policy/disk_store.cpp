// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/disk_store.h"

#include "base/background_thread.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pm::policy {

namespace {

std::uint64_t startOf(const Sha256 &hash)
{
    std::uint64_t start = 0;
    std::memcpy(&start, hash.data(), sizeof start);
    return start;
}

} // namespace

DiskStore::DiskStore(Options options)
    : m_options(std::move(options)), m_front(m_options.memoryBytes), m_file(m_options.path)
{
    auto opened = m_file.open();
    if (opened)
        opened = m_file.forEach([this](const Sha256 &hash) { ++m_known[startOf(hash)]; });
    m_isOpen = opened.has_value();
    tell(opened);
    publishSize();
    m_thread = std::thread([this] { run(); });
}

DiskStore::~DiskStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

std::int64_t DiskStore::now() const
{
    if (m_options.now)
        return m_options.now();
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
}

std::optional<CacheShelf> DiskStore::find(const Sha256 &hash, Found found)
{
    CacheShelf near = m_front.get(hash);
    bool isKnown = false;
    {
        const std::lock_guard lock(m_mutex);
        const auto rows = m_known.find(startOf(hash));
        isKnown = rows != m_known.end() && rows->second > near.size();
    }
    // What memory holds of several answers may be a part of them.
    if (!isKnown)
        return near;
    Task task;
    task.hash = hash;
    task.found = std::move(found);
    return enqueue(std::move(task)) ? std::nullopt : std::optional(std::move(near));
}

void DiskStore::put(const Sha256 &hash, CachedAnswerPtr answer)
{
    m_front.put(hash, answer);
    Task task;
    task.hash = hash;
    task.answer = std::move(answer);
    if (!enqueue(std::move(task)))
        m_dropped.fetch_add(1, std::memory_order_relaxed);
}

void DiskStore::purge(const CachePurge &which, Removed removed)
{
    Task task;
    m_front.purge(which, [&task](std::uint64_t count) { task.removedNear = count; });
    task.which = which;
    task.removed = std::move(removed);
    const std::lock_guard lock(m_mutex); // never refused: an entry that should be gone must go
    m_queue.push_back(std::move(task));
    m_wake.notify_one();
}

bool DiskStore::enqueue(Task task)
{
    const std::size_t weight = task.answer ? task.answer->weight() : 0;
    const std::lock_guard lock(m_mutex);
    if (m_queue.size() >= kMostQueued || m_queuedBytes + weight > m_options.maxQueued)
        return false;
    m_queuedBytes += weight;
    m_queue.push_back(std::move(task));
    m_wake.notify_one();
    return true;
}

void DiskStore::run()
{
    becomeBackgroundThread("pm-cache");
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stop || !m_queue.empty(); });
        if (m_queue.empty())
            return;
        std::deque<Task> tasks = std::exchange(m_queue, {});
        m_queuedBytes = 0;
        m_isWorking = true;
        lock.unlock();
        work(tasks);
        tasks.clear();
        lock.lock();
        m_isWorking = false;
        m_idle.notify_all();
    }
}

void DiskStore::work(std::deque<Task> &tasks)
{
    // Those who wait for an answer come first: no client waits for what others wrote.
    for (Task &task : tasks) {
        if (task.found)
            doTask(task);
    }
    const bool isOpen = m_isOpen && m_file.begin().has_value();
    for (Task &task : tasks) {
        if (!task.found)
            doTask(task);
    }
    if (isOpen) {
        auto made = m_file.makeRoom(m_options.maxBytes, [this](const Sha256 &hash) { forget(hash); });
        m_evicted.fetch_add(made.value_or(0), std::memory_order_relaxed);
        const auto written = m_file.commit();
        tell(made ? written : tl::unexpected(made.error()));
    }
    publishSize();
}

void DiskStore::doTask(Task &task)
{
    if (task.answer) {
        if (m_isOpen)
            tell(write(task));
        return;
    }
    if (task.found) {
        auto shelf = m_isOpen ? m_file.find(task.hash, now()) : Result<CacheShelf>();
        if (!shelf)
            tell(tl::unexpected(shelf.error()));
        CacheShelf there = shelf.value_or(CacheShelf());
        for (const CachedAnswerPtr &answer : there)
            m_front.put(task.hash, answer);
        // What was put a moment ago is in memory, and not yet in the file; what is large is in the file alone.
        CacheShelf near = m_front.get(task.hash);
        return task.found(near.size() < there.size() ? std::move(there) : std::move(near));
    }
    auto removed = m_isOpen ? m_file.purge(task.which, [this](const Sha256 &hash) { forget(hash); }) : Result<std::uint64_t>(0);
    if (!removed)
        tell(tl::unexpected(removed.error()));
    m_front.purge(task.which, {}); // what was read from the file in the meantime
    if (task.removed)
        task.removed(std::max(removed.value_or(0), task.removedNear));
}

Result<void> DiskStore::write(const Task &task)
{
    const std::int64_t before = m_file.entries();
    auto written = m_file.put(task.hash, *task.answer, now());
    if (written && m_file.entries() > before) {
        const std::lock_guard lock(m_mutex);
        ++m_known[startOf(task.hash)];
    }
    return written;
}

void DiskStore::forget(const Sha256 &hash)
{
    const std::lock_guard lock(m_mutex);
    const auto known = m_known.find(startOf(hash));
    if (known != m_known.end() && --known->second == 0)
        m_known.erase(known);
}

void DiskStore::tell(const Result<void> &result)
{
    const std::lock_guard lock(m_mutex);
    m_problem = result ? std::string() : result.error().message;
}

void DiskStore::publishSize()
{
    m_bytes.store(static_cast<std::uint64_t>(m_file.bytes()), std::memory_order_relaxed);
    m_entries.store(static_cast<std::uint64_t>(m_file.entries()), std::memory_order_relaxed);
}

CacheUse DiskStore::use(bool byRouter) const
{
    CacheUse use;
    use.entries = m_entries.load(std::memory_order_relaxed);
    use.bytes = m_bytes.load(std::memory_order_relaxed);
    use.evicted = m_evicted.load(std::memory_order_relaxed);
    use.dropped = m_dropped.load(std::memory_order_relaxed);
    if (byRouter)
        use.routers = DiskFile::routersOf(m_options.path);
    const std::lock_guard lock(m_mutex);
    use.problem = m_problem;
    return use;
}

bool DiskStore::flush(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    return m_idle.wait_for(lock, timeout, [this] { return m_queue.empty() && !m_isWorking; });
}

} // namespace pm::policy
