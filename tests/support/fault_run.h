// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/fault_client.h"
#include "support/faults.h"
#include "trace/trace.h"

#include <chrono>
#include <string>
#include <vector>

namespace pm::test {

/// One question and what became of it.
struct Cell
{
    const Fault *fault = nullptr;
    DialectId client = DialectId::OpenAiChat;
    DialectId upstream = DialectId::OpenAiChat;
    bool stream = false;
    bool hasSecond = false; ///< a healthy target stands behind the one that fails
    std::string model;      ///< a name of its own, so that no cell sees another one's circuit or rest

    Reply reply;
    Seen seen;
    std::chrono::milliseconds took{0};
    int firstAsked = 0;  ///< requests that the failing server got
    int secondAsked = 0; ///< requests that the healthy one got
    trace::Record record;

    Owed owed() const { return *(stream ? fault->streamed : fault->whole); }
    /// "cut after content, Anthropic, stream, two targets", for messages.
    std::string label() const;
};

/// All faults for all clients, streaming and not, with one target and with two, through one gateway. The
/// provider speaks OpenAI Chat; for Anthropic's and Gemini's clients the faults of streams are played in
/// their own format too. `problem` says why it could not be done; empty: it was. Needs the event loop of the
/// calling thread.
std::vector<Cell> runFaults(std::string &problem);

} // namespace pm::test
