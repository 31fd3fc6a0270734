// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/trace_records.h"
#include "trace/trace_query.h"
#include "trace/trace_store.h"

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pm::test {

constexpr std::chrono::seconds kPatience{20}; ///< for the store to write what it was given
constexpr std::int64_t kMinute = 60'000'000;  ///< microseconds

/// A hundred requests, one a minute; number i is distinguishable by everything that can be filtered.
class HundredTraces
{
public:
    HundredTraces()
        : store(optionsIn(folder))
    {
        for (int i = 0; i < 100; ++i) {
            trace::Record record =
                recordAt(start + i * kMinute, "request number" + std::to_string(i) + " about SQLite");
            trace::Head &head = record.head;
            head.router = i % 2 ? "production" : "experiments";
            head.provider = i % 10 == 3 ? "openai" : "anthropic";
            head.model = i % 10 == 3 ? "gpt-5" : "claude-haiku";
            head.app = i == 42 ? "codex" : "claude-code";
            if (i % 25 == 7)
                head.state = trace::State::Failed;
            if (i % 25 == 8)
                head.state = trace::State::Cancelled;
            if (i % 25 == 9)
                head.state = trace::State::Refused;
            if (i % 25 == 10)
                head.status = 529;
            if (i % 25 == 11)
                head.attempts = 2;
            if (i % 25 == 12)
                head.costMicroUsd.reset();
            ids.push_back(head.id);
            store.add(std::move(record));
        }
        store.flush(kPatience);
    }

    trace::Query query() const { return trace::Query::open(store.path()).value(); }
    /// The numbers of what a filter finds, newest first.
    QString numbers(const trace::Filter &filter, int limit = 1000) const
    {
        const auto page = query().list(filter, {}, limit);
        if (!page)
            return QString::fromStdString(page.error().message);
        QStringList found;
        for (const trace::Head &head : page->heads)
            found << QString::number(std::find(ids.begin(), ids.end(), head.id) - ids.begin());
        return found.join(u' ');
    }

    const std::int64_t start = nowMicros() - 200 * kMinute;
    QTemporaryDir folder;
    std::vector<std::string> ids;
    trace::Store store;

private:
    static trace::StoreOptions optionsIn(const QTemporaryDir &folder)
    {
        trace::StoreOptions options;
        options.path = folder.filePath(QStringLiteral("traces.db")).toStdString();
        return options;
    }
};

} // namespace pm::test
