// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <ctime>
#include <string>

namespace pm {

/// The date and the time of day where this machine is. Any thread.
inline std::tm localTime(std::time_t unixSeconds)
{
    std::tm local{};
#ifdef _WIN32
    localtime_s(&local, &unixSeconds);
#else
    localtime_r(&unixSeconds, &local);
#endif
    return local;
}

/// As strftime writes it; `format` gives at most 31 bytes.
inline std::string formatTime(const char *format, const std::tm &time)
{
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &time)};
}

} // namespace pm
