// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/chat_reader.h"

namespace pm::ui {

/// Assembles the message that a stream of server-sent events spelt out piece by piece.
ChatMessage readStream(const QByteArray &events);

} // namespace pm::ui
