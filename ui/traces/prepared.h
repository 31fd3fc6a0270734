// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "trace/trace.h"
#include "traces/chat_reader.h"
#include "traces/stages.h"

namespace pm::ui {

/// A record and what it takes long to make of it; made on the store worker.
struct Prepared
{
    trace::Record record;
    Conversation conversation;
    BodyStages request, answer;
};

Prepared prepare(trace::Record record);

} // namespace pm::ui
