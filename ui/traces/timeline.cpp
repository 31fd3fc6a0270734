// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/timeline.h"

#include "format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

using Kind = Stretch::Kind;

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::timeline", text);
}

bool hasFailed(const trace::Attempt &attempt)
{
    return attempt.status >= 400 || !attempt.errorKind.empty();
}

/// Marks are cumulative since the attempt's start; each phase ends at its mark.
void addPhases(TimelineRow &row, const trace::Attempt &attempt)
{
    std::int64_t at = 0;
    const auto until = [&](Kind kind, std::int64_t mark) {
        if (mark <= at)
            return;
        row.stretches.push_back({kind, attempt.startedUs + at, attempt.startedUs + mark});
        at = mark;
    };
    if (!attempt.reusedConnection) {
        until(Kind::Dns, attempt.dnsUs);
        until(Kind::Connect, attempt.connectUs);
        until(Kind::Tls, attempt.tlsUs);
    }
    until(Kind::Send, attempt.sentUs);
    if (hasFailed(attempt)) {
        until(Kind::Failed, std::max({attempt.totalUs, attempt.firstByteUs}));
        return;
    }
    const std::int64_t first = attempt.firstContentUs >= 0 ? attempt.firstContentUs : attempt.firstByteUs;
    until(Kind::Wait, first >= 0 ? first : attempt.totalUs);
}

QString attemptLabel(const trace::Attempt &attempt)
{
    const QString provider = fromUtf8(attempt.provider);
    if (!hasFailed(attempt))
        return tr("%1 · waiting").arg(provider);
    if (attempt.status > 0)
        return u"%1 · %2"_s.arg(provider).arg(attempt.status);
    return u"%1 · %2"_s.arg(provider, fromUtf8(attempt.errorKind));
}

} // namespace

QString stretchName(Kind kind)
{
    switch (kind) {
    case Kind::Gateway:
        return tr("gateway");
    case Kind::Dns:
        return tr("DNS");
    case Kind::Connect:
        return tr("connect");
    case Kind::Tls:
        return tr("TLS");
    case Kind::Send:
        return tr("send");
    case Kind::Wait:
        return tr("waiting");
    case Kind::Stream:
        return tr("streaming");
    case Kind::Failed:
        break;
    }
    return tr("failed");
}

std::vector<TimelineRow> timelineOf(const trace::Record &record)
{
    const trace::Head &head = record.head;
    std::vector<TimelineRow> rows;
    rows.push_back({tr("gateway"), {{Kind::Gateway, 0, std::max<std::int64_t>(0, head.gatewayUs)}}});
    for (const trace::Attempt &attempt : record.detail.attempts) {
        TimelineRow row{attemptLabel(attempt), {}};
        addPhases(row, attempt);
        rows.push_back(std::move(row));
    }
    if (head.firstContentUs >= 0 && head.totalUs > head.firstContentUs) {
        const QString label = head.streamEvents == 1 ? tr("stream · 1 event")
                              : head.streamEvents > 1
                                  ? tr("stream · %1 events").arg(countText(std::int64_t(head.streamEvents)))
                                  : tr("body");
        rows.push_back({label, {{Kind::Stream, head.firstContentUs, head.totalUs}}});
    }
    return rows;
}

} // namespace pm::ui
