// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "trace/trace.h"
#include "traces/chat_reader.h"

namespace pm::ui {

/// A body as the code view shows it.
struct BodyText
{
    QString text;
    bool isJson = false;
    bool isBinary = false; ///< sound, a picture, a form with one: `text` names what it does not show
    bool isCut = false; ///< the view or the store holds less than there was
    std::int64_t fullSize = 0;
};

/// A record and what it takes long to make of it; made on the store worker.
struct Prepared
{
    trace::Record record;
    Conversation conversation;
    BodyText request, answer, translatedRequest, translatedAnswer;
};

Prepared prepare(trace::Record record);

} // namespace pm::ui
