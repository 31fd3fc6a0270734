// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <cstdint>
#include <optional>
#include <string_view>

// Numbers and times as the window writes them. What is unknown is an en dash, never 0.
namespace pm::ui {

inline QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString unknownText(); ///< "–"
QString
durationText(std::int64_t micros);     ///< "0.2 ms", "380 ms", "8.59 s", "2 min 05 s"; negative is unknown
QString countText(std::int64_t count); ///< "47,944"
QString countText(std::optional<std::int64_t> count);
QString costText(std::optional<std::int64_t> microUsd); ///< "$0.3008", "$4.12"
QString bytesText(std::int64_t bytes);                  ///< "1.4 GB"
QString clockText(std::int64_t unixMicros,
                  std::int64_t nowMicros); ///< "14:39:59.289"; "21 Nov 14:39" when not of today
QString agoText(std::int64_t unixMicros, std::int64_t nowMicros); ///< "12 s ago"
QString percentText(std::optional<double> ratio);                 ///< "99.8 %"

std::int64_t nowMicros();

} // namespace pm::ui
