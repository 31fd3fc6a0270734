// SPDX-License-Identifier: GPL-3.0-or-later
#include "spend/spend_span.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr qint64 kHourMs = 3'600'000;

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::spend", text);
}

SpendColumn dayColumn(const QDate &day)
{
    const QLocale locale;
    return {day.startOfDay().toMSecsSinceEpoch() * 1000,
            day.addDays(1).startOfDay().toMSecsSinceEpoch() * 1000, locale.toString(day, u"d MMM"_s),
            locale.toString(day, u"ddd d MMM"_s)};
}

std::vector<SpendColumn> dayColumns(const QDate &first, const QDate &last)
{
    std::vector<SpendColumn> columns;
    for (QDate day = first; day <= last; day = day.addDays(1))
        columns.push_back(dayColumn(day));
    return columns;
}

std::vector<SpendColumn> hourColumns(const QDate &day)
{
    std::vector<SpendColumn> columns;
    const qint64 end = day.addDays(1).startOfDay().toMSecsSinceEpoch();
    const auto text = [](qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms).toString(u"HH:mm"_s); };
    for (qint64 hour = day.startOfDay().toMSecsSinceEpoch(); hour < end; hour += kHourMs) {
        const qint64 next = std::min(end, hour + kHourMs);
        columns.push_back({hour * 1000, next * 1000, text(hour), tr("%1 to %2").arg(text(hour), text(next))});
    }
    return columns;
}

} // namespace

QString spanName(SpendSpan span)
{
    switch (span) {
    case SpendSpan::Today:
        return tr("Today");
    case SpendSpan::SevenDays:
        return tr("7 days");
    case SpendSpan::ThisMonth:
        return tr("This month");
    case SpendSpan::ThirtyDays:
        break;
    }
    return tr("30 days");
}

std::vector<SpendColumn> spendColumns(SpendSpan span, const QDateTime &now)
{
    const QDate today = now.date();
    switch (span) {
    case SpendSpan::Today:
        return hourColumns(today);
    case SpendSpan::SevenDays:
        return dayColumns(today.addDays(-6), today);
    case SpendSpan::ThisMonth: {
        const QDate first(today.year(), today.month(), 1);
        return dayColumns(first, first.addMonths(1).addDays(-1));
    }
    case SpendSpan::ThirtyDays:
        break;
    }
    return dayColumns(today.addDays(-29), today);
}

SpendColumn spendDay(const QString &isoDate)
{
    const QDate day = QDate::fromString(isoDate, Qt::ISODate);
    return day.isValid() ? dayColumn(day) : SpendColumn();
}

} // namespace pm::ui
