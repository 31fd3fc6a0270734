// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ids.h"
#include "trace/spend_query.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

// The trace store by itself: how fast it writes, and how long lists, filters, searches and single traces
// take. Usage: bench_traces [ROWS=100000] [BODY_BYTES=4096] [FILE]

using namespace pm;
using namespace pm::trace;

namespace {

using Clock = std::chrono::steady_clock;

/// Words as texts have them: few are frequent, most are rare (Zipf with exponent 1 over 20 000).
class Vocabulary
{
public:
    explicit Vocabulary(Rng &random)
        : m_random(random)
    {
        double sum = 0;
        for (int rank = 1; rank <= 20'000; ++rank) {
            m_words.push_back(makeId("", 3 + std::size_t(rank) % 7, random));
            m_upTo.push_back(sum += 1.0 / rank);
        }
    }
    const std::string &word()
    {
        const double at = std::uniform_real_distribution(0.0, m_upTo.back())(m_random);
        const auto found = std::lower_bound(m_upTo.begin(), m_upTo.end(), at);
        return m_words[std::size_t(found - m_upTo.begin())];
    }
    std::string text(std::size_t bytes)
    {
        std::string text;
        while (text.size() < bytes)
            text.append(word()).append(" ");
        return text;
    }
    const std::string &ranked(std::size_t rank) const { return m_words[rank]; }

private:
    Rng &m_random;
    std::vector<std::string> m_words;
    std::vector<double> m_upTo;
};

double millisSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Record makeRecord(std::int64_t micros, int number, const std::vector<std::string> &texts, Rng &random)
{
    const auto pick = [&] { return random() % texts.size(); };
    Record record;
    Head &head = record.head;
    head.id = makeTraceId(SystemTime(std::chrono::microseconds(micros)), random);
    head.startedAt = micros;
    head.state = State::Done;
    head.status = number % 97 == 0 ? 529 : 200;
    head.method = "POST";
    head.path = "/v1/chat/completions";
    head.router = number % 10 == 0 ? "experiments" : "production";
    head.provider = number % 3 ? "anthropic" : "openai";
    head.model = number % 3 ? "claude-haiku-4" : "gpt-5-mini";
    head.client = number % 4 ? "alice" : "bob";
    head.session = "session-" + std::to_string(number / 40);
    head.app = number % 100'000 == 77 ? "rare-tool" : "claude-code";
    head.totalUs = 1'000'000;
    head.usage.uncachedInput = 1000;
    head.usage.output = 200;
    head.costMicroUsd = 1500;
    const std::string &text = texts[pick()];
    head.promptStart = text.substr(0, 160);
    record.detail.promptText = text.substr(0, 1000);
    record.detail.attempts.push_back(
        Attempt{.provider = head.provider, .model = head.model, .outcome = "answered"});
    record.detail.requestHeaders = {{"user-agent", "claude-code/1.0"}, {"content-type", "application/json"}};
    record.detail.requestBody = {QByteArray::fromStdString(text), qsizetype(text.size())};
    const std::string &answer = texts[pick()];
    record.detail.upstreamResponseBody = {QByteArray::fromStdString(answer), qsizetype(answer.size())};
    return record;
}

void fill(Store &store, int rows, const std::vector<std::string> &texts, Rng &random)
{
    const std::int64_t first = unixMicros(std::chrono::system_clock::now()) - std::int64_t(rows) * 1'000'000;
    const auto start = Clock::now();
    const std::clock_t busyBefore = std::clock();
    for (int i = 0; i < rows; ++i) {
        store.add(makeRecord(first + std::int64_t(i) * 1'000'000, i, texts, random));
        while (i % 1000 == 0 && store.status().written + 5000 < std::uint64_t(i))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    while (store.status().written < std::uint64_t(rows))
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const double written = millisSince(start);
    const double busy = double(std::clock() - busyBefore) / CLOCKS_PER_SEC * 1e6 / rows;
    store.flush(std::chrono::hours(1));
    const StoreStatus status = store.status();
    std::printf("%-34s %10.0f rows/s\n", "written", rows / written * 1000);
    std::printf("%-34s %10.1f us a row, making the record and early indexing in it\n",
                "processor time, written", busy);
    std::printf("%-34s %10.0f rows/s\n", "written and indexed", rows / millisSince(start) * 1000);
    std::printf("%-34s %10.0f bytes a row\n", "on disk", double(status.bytesOnDisk) / rows);
    std::printf("%-34s %10llu bodies, %llu records\n", "dropped",
                static_cast<unsigned long long>(status.droppedBodies),
                static_cast<unsigned long long>(status.droppedRecords));
}

template <typename Work>
void measure(const char *name, Work work)
{
    std::vector<double> times;
    std::size_t found = 0;
    for (int round = 0; round < 11; ++round) {
        const auto start = Clock::now();
        found = work();
        times.push_back(millisSince(start));
    }
    const double first = times.front();
    std::sort(times.begin(), times.end());
    std::printf("%-34s %10.2f ms  first %.2f, worst %.2f  (%zu found)\n", name, times[times.size() / 2],
                first, times.back(), found);
}

void readBack(const std::string &path, const Vocabulary &words)
{
    const Query query = Query::open(path).value();
    const auto listing = [&](const char *name, const Filter &filter, const std::string &before = {}) {
        measure(name, [&] {
            const auto page = query.list(filter, before, 100);
            return page ? page->heads.size() : std::size_t(0);
        });
    };
    listing("list, newest page", {});
    const std::int64_t count = query.count().value_or(0);
    const std::string newest = query.list({}, {}, 1)->heads.at(0).id;
    Filter middle;
    middle.until = unixMicros(std::chrono::system_clock::now()) - count / 2 * 1'000'000;
    const std::string half = query.list(middle, {}, 1)->heads.at(0).id;
    listing("list, page in the middle", {}, half);
    listing("filter, common provider", Filter{.provider = "openai"});
    listing("filter, rare tool", Filter{.app = "rare-tool"});
    listing("filter, failed in a router", Filter{.router = "production", .status = Filter::Status::Failed});
    listing("filter, nothing fits both", Filter{.provider = "openai", .model = "claude-haiku-4"});
    listing("search, commonest word", Filter{.text = words.ranked(0) + " "});
    listing("search, word of rank 500", Filter{.text = words.ranked(500) + " "});
    listing("search, rare word", Filter{.text = words.ranked(19'000) + " "});
    listing("search, three words",
            Filter{.text = words.ranked(3) + " " + words.ranked(50) + " " + words.ranked(900) + " "});
    listing("search, beginning of a word (1)", Filter{.text = words.ranked(500).substr(0, 1)});
    listing("search, beginning of a word (2)", Filter{.text = words.ranked(500).substr(0, 2)});
    listing("search, beginning of a word (3)", Filter{.text = words.ranked(500).substr(0, 3)});
    listing("search, word and rare tool", Filter{.app = "rare-tool", .text = words.ranked(10) + " "});
    measure("open one", [&] { return query.get(half).has_value() ? 1U : 0U; });
    measure("open one by its end", [&] { return query.get(half.substr(18)).has_value() ? 1U : 0U; });
    measure("menu of models", [&] { return query.distinct("model")->size(); });
    for (const std::string &by : {"model", "session", "day"}) {
        measure(("spending of all by " + by).c_str(), [&] {
            const auto rows = readSpend(path, {.by = by});
            return rows ? rows->size() : std::size_t(0);
        });
    }
    measure("totals of all", [&] { return std::size_t(query.totals(0)->requests); });
    measure("totals of the newest tenth", [&] {
        return std::size_t(
            query.totals(unixMicros(std::chrono::system_clock::now()) - count / 10 * 1'000'000)->requests);
    });
}

} // namespace

int main(int argc, char **argv)
{
    namespace fs = std::filesystem;
    const int rows = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const std::size_t bodyBytes = argc > 2 ? std::size_t(std::atoi(argv[2])) : 4096;
    const fs::path scratch = fs::temp_directory_path() / ("pointsman-bench-" + std::to_string(std::rand()));
    StoreOptions options;
    options.path = argc > 3 ? argv[3] : (scratch / "traces.db").string();
    options.maxSize = 1LL << 40;
    options.maxAge = std::chrono::hours(24 * 365 * 100);
    Rng random(7);
    Vocabulary words(random);
    std::vector<std::string> texts;
    for (int i = 0; i < 2000; ++i)
        texts.push_back(words.text(std::max<std::size_t>(bodyBytes, 1000)));
    if (!fs::exists(options.path)) {
        Store store(options);
        fill(store, rows, texts, random);
    }
    readBack(options.path, words);
    fs::remove_all(scratch);
    return 0;
}
