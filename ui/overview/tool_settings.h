// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>
#include <vector>

namespace pm::ui {

/// How a tool is pointed at the gateway, in one line for a shell.
struct ToolSetting
{
    QString name;
    QString line;
    bool operator==(const ToolSetting &) const = default;
};

/// Tools among those that are known whose program `isThere`, then the libraries, which leave no program to
/// find.
std::vector<ToolSetting> toolSettings(const QString &baseUrl,
                                      const std::function<bool(const QString &program)> &isThere);
/// Whether a program of that name is in $PATH.
bool isInPath(const QString &program);

} // namespace pm::ui
