// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

namespace pm::ui {

/// Something a person should look at, with the one thing to do about it.
struct Finding
{
    enum class Severity { Problem, Warning, Note };
    enum class Action { Go, Resume, Copy };
    Severity severity = Severity::Note;
    QString title;
    QString text;
    Action action = Action::Go;
    QString actionText;
    Destination destination; ///< for Go
    QString copy;            ///< for Copy
    bool operator==(const Finding &other) const { return title == other.title && text == other.text; }
};

struct FindingInput
{
    const GatewayStatus &status;
    const std::vector<ProviderStatus> &providers;
    const std::vector<RouterStatus> &routers;
    std::function<bool(const QString &)> hasPage;
};

/// The worst first; empty when all is well. Pure.
std::vector<Finding> findingsOf(const FindingInput &input);

} // namespace pm::ui
