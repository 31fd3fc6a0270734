// SPDX-License-Identifier: GPL-3.0-or-later
#include "format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text, const char *comment = nullptr)
{
    return QCoreApplication::translate("pm::ui::format", text, comment);
}

QString fixed(double value, int places)
{
    return QLocale().toString(value, 'f', places);
}

} // namespace

QString unknownText()
{
    return u"–"_s;
}

QString durationText(std::int64_t micros)
{
    if (micros < 0)
        return unknownText();
    const double ms = double(micros) / 1000.0;
    if (ms < 9.95)
        return tr("%1 ms").arg(fixed(ms, 1));
    if (ms < 999.5)
        return tr("%1 ms").arg(fixed(ms, 0));
    const double s = ms / 1000.0;
    if (s < 9.995)
        return tr("%1 s").arg(fixed(s, 2));
    if (s < 99.95)
        return tr("%1 s").arg(fixed(s, 1));
    const auto whole = std::int64_t(std::llround(s));
    return tr("%1 min %2 s").arg(whole / 60).arg(QString::number(whole % 60).rightJustified(2, u'0'));
}

QString countText(std::int64_t count)
{
    return QLocale().toString(qlonglong(count));
}

QString countText(std::optional<std::int64_t> count)
{
    return count ? countText(*count) : unknownText();
}

QString costText(std::optional<std::int64_t> microUsd)
{
    if (!microUsd)
        return unknownText();
    const double usd = double(*microUsd) / 1e6;
    return u"$"_s + fixed(usd, usd < 1.0 && *microUsd != 0 ? 4 : 2);
}

QString bytesText(std::int64_t bytes)
{
    if (bytes < 1000)
        return tr("%1 B").arg(bytes);
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = double(bytes);
    int unit = -1;
    while (value >= 999.5 && unit < 3) {
        value /= 1000.0;
        ++unit;
    }
    return fixed(value, value < 9.95 ? 1 : 0) + u' ' + QLatin1String(units[unit]);
}

QString clockText(std::int64_t unixMicros, std::int64_t now)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(unixMicros / 1000);
    const QDateTime today = QDateTime::fromMSecsSinceEpoch(now / 1000);
    if (time.date() == today.date())
        return time.toString(u"HH:mm:ss.zzz"_s);
    return QLocale().toString(time,
                              time.date().year() == today.date().year() ? u"d MMM HH:mm"_s : u"d MMM yyyy"_s);
}

QString agoText(std::int64_t unixMicros, std::int64_t now)
{
    const std::int64_t s = std::max<std::int64_t>(0, (now - unixMicros) / 1'000'000);
    if (s < 1)
        return tr("now");
    if (s < 60)
        return tr("%1 s ago").arg(s);
    if (s < 3600)
        return tr("%1 min ago").arg(s / 60);
    if (s < 86'400)
        return tr("%1 h ago").arg(s / 3600);
    return tr("%1 days ago").arg(s / 86'400);
}

QString percentText(std::optional<double> ratio)
{
    if (!ratio)
        return unknownText();
    const double percent = *ratio * 100.0;
    return tr("%1 %").arg(fixed(percent, percent >= 99.95 || percent < 0.05 ? 0 : 1));
}

std::int64_t nowMicros()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace pm::ui
