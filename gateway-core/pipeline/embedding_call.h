// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/upstream.h"
#include "pipeline/encode.h"
#include "pipeline/example_vectors.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm {

/// Asks a configured provider for the vectors of some texts, whatever format it embeds in. On one worker's thread;
/// destroying it cancels.
class EmbeddingCall
{
public:
    struct Uses
    {
        http::Upstream &upstream;
        const SnapshotPtr &snapshot;
        SystemTime now;
        SteadyTime steadyNow;
    };
    struct Question
    {
        std::string model; ///< provider/model
        std::vector<std::string> texts;
        std::chrono::milliseconds timeout{1500};
    };
    /// The vectors, as many as texts and in their order.
    using Done = std::function<void(Result<std::vector<UnitVector>>)>;

    /// `done` is called once, never before this returns; it may destroy the call. Errors: NotFound for a provider that is
    /// not there, NotSupported, BadRequest.
    static Result<std::unique_ptr<EmbeddingCall>> start(const Uses &uses, Question question, Done done);
    const Question &question() const { return m_question; }

private:
    EmbeddingCall(Question question, Done done);
    Result<void> send(const Uses &uses);
    void finish(const Result<void> &result);
    Result<std::vector<UnitVector>> read() const;

    Question m_question;
    Done m_done;
    http::Request m_request;
    Decoded m_decoded;
    const Dialect *m_dialect = nullptr;
    std::unique_ptr<http::UpstreamCall> m_call;
    int m_status = 0;
    std::string m_body;
};

} // namespace pm
