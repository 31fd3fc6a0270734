// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <cstdint>
#include <vector>

// Which stretch of time the page of spending looks at, cut into what is drawn as one bar. Plain functions.
namespace pm::ui {

enum class SpendSpan { Today, SevenDays, ThisMonth, ThirtyDays };
constexpr int kSpendSpans = 4;

QString spanName(SpendSpan span); ///< "Today", "7 days"

/// An hour of today, or a day. [begin, end) in Unix microseconds.
struct SpendColumn
{
    std::int64_t begin = 0;
    std::int64_t end = 0;
    QString label; ///< under the bar: "14:00", "27"
    QString name;  ///< "14:00 to 15:00", "Fri 27 Nov"
};

/// Whole days of local time, oldest first, without gap or overlap: also those of today and this month that
/// are to come. Where clocks are changed a day has 23 or 25 hours.
std::vector<SpendColumn> spendColumns(SpendSpan span, const QDateTime &now);

/// The day of "2026-11-27" as SpendColumn has it; begin is 0 when the text is none.
SpendColumn spendDay(const QString &isoDate);

} // namespace pm::ui
