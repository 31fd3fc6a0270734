// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/tool_settings.h"

#include <QCoreApplication>
#include <QStandardPaths>

#include <array>

namespace pm::ui {

namespace {

struct Row
{
    const char *name;
    const char *program; ///< null: a library
    const char *line;
};
// Tools that speak a format of ours and take the base URL from one line.
constexpr std::array kRows{
    Row{"Claude Code", "claude", "ANTHROPIC_BASE_URL=%1 ANTHROPIC_API_KEY=any claude"},
    Row{"Qwen Code", "qwen", "OPENAI_BASE_URL=%1/v1 OPENAI_API_KEY=any qwen"},
    Row{"aider", "aider", "aider --openai-api-base %1/v1 --openai-api-key any"},
    Row{QT_TRANSLATE_NOOP("pm::ui::tools", "OpenAI SDKs"), nullptr,
        "export OPENAI_BASE_URL=%1/v1 OPENAI_API_KEY=any"},
    Row{QT_TRANSLATE_NOOP("pm::ui::tools", "Anthropic SDKs"), nullptr,
        "export ANTHROPIC_BASE_URL=%1 ANTHROPIC_API_KEY=any"},
};

} // namespace

std::vector<ToolSetting> toolSettings(const QString &baseUrl,
                                      const std::function<bool(const QString &)> &isThere)
{
    std::vector<ToolSetting> settings;
    for (const Row &row : kRows) {
        if (!row.program || isThere(QString::fromLatin1(row.program)))
            settings.push_back({QCoreApplication::translate("pm::ui::tools", row.name),
                                QString::fromLatin1(row.line).arg(baseUrl)});
    }
    return settings;
}

bool isInPath(const QString &program)
{
    return !QStandardPaths::findExecutable(program).isEmpty();
}

} // namespace pm::ui
