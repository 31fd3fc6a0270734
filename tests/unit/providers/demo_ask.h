// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "providers/demo.h"
#include "support/qt_text.h"

#include <QString>

#include <string>
#include <string_view>

// Asking the demo provider, and reading what it answers.
namespace pm::test {

inline std::string bytesOf(const http::Script &script)
{
    std::string bytes;
    for (const auto &piece : script.pieces)
        bytes += piece.bytes;
    return bytes;
}

inline long long pauseOf(const http::Script &script)
{
    long long pause = 0;
    for (const auto &piece : script.pieces)
        pause += piece.pause.count();
    return pause;
}

/// The value at a JSON pointer of an answer, as text.
inline QString at(const http::Script &script, std::string_view pointer)
{
    const std::string bytes = bytesOf(script);
    const auto document = json::Document::parse(bytes);
    if (!document)
        return QStringLiteral("not JSON");
    json::Element element;
    if (document->root().at_pointer(pointer).get(element) != simdjson::SUCCESS)
        return QStringLiteral("absent");
    return q(json::text(element));
}

inline const std::string kTools =
    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"parameters\":{\"type\":"
    "\"object\","
    "\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"minimum\":3},"
    "\"unit\":{\"type\":\"string\",\"enum\":[\"C\",\"F\"]},\"note\":{\"type\":\"string\"}},"
    "\"required\":[\"city\",\"days\",\"unit\"]}}},"
    "{\"type\":\"function\",\"function\":{\"name\":\"ping\"}}]";

std::string chat(const std::string &text, const std::string &more = {},
                 const std::string &model = "demo-fast")
{
    return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" +
           (more.empty() ? "" : "," + more) + "}";
}

inline http::Script ask(const std::string &body)
{
    return answerDemo("/chat/completions", body);
}

} // namespace pm::test
