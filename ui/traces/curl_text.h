// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <QString>

namespace pm::ui {

/// A curl line for a POSIX shell that asks again what the record's client asked. Secrets are starred as they
/// are stored; a body that was cut says so in a comment.
QString curlText(const trace::Record &record, const QString &baseUrl);

} // namespace pm::ui
