// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace pm::log {

namespace {

Format g_format = Format::Text;   // written once before threads start
Level g_least = Level::Info;      // likewise

constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warning", "error"};

std::string timestamp()
{
    const long long micros = unixMicros(std::chrono::system_clock::now());
    const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(micros / 1000 % 1000));
    return std::string(text.data(), length) + fraction.data();
}

std::string textLine(Level level, std::string_view message, Fields fields)
{
    std::string line = timestamp();
    line.append(" ").append(kNames[static_cast<std::size_t>(level)]).append(" ").append(message);
    for (const auto &[name, value] : fields)
        line.append(" ").append(name).append("=").append(value);
    return line;
}

std::string jsonLine(Level level, std::string_view message, Fields fields)
{
    json::Writer out;
    out.beginObject();
    out.member("time", timestamp());
    out.member("level", kNames[static_cast<std::size_t>(level)]);
    out.member("message", message);
    for (const auto &[name, value] : fields)
        out.member(name, value);
    out.endObject();
    return out.take();
}

} // namespace

void configure(Format format, Level least)
{
    g_format = format;
    g_least = least;
}

void write(Level level, std::string_view message, Fields fields)
{
    if (level < g_least)
        return;
    std::string line =
        g_format == Format::Json ? jsonLine(level, message, fields) : textLine(level, message, fields);
    line += '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace pm::log
