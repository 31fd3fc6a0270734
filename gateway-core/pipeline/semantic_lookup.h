// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "http/upstream.h"
#include "pipeline/embedding_call.h"
#include "pipeline/example_vectors.h"
#include "routing/semantic_matches.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace pm {

/// Embeds a request's prompt before routing needs it, and with it those examples that were not embedded yet: one call
/// for each embedding model that the router's rules name. On one worker's thread; destroying it cancels.
class SemanticLookup final : public routing::SemanticMatches
{
public:
    struct Uses
    {
        http::Upstream &upstream;
        const SnapshotPtr &snapshot;
        ExampleVectors &vectors;
        SystemTime now;
        SteadyTime steadyNow;
    };
    static constexpr std::size_t kMostTexts = 256; ///< of one call; a router with more examples has the rest ignored

    explicit SemanticLookup(const Uses &uses);
    ~SemanticLookup() override;

    /// `nodes` are CompiledRoute::comparing. False when there is nothing to wait for. Else `done` is called once, never before this returns; it may destroy
    /// this.
    bool start(const std::vector<const routing::Node *> &nodes, std::string_view prompt, std::function<void()> done);

    std::optional<Near> nearest(const routing::Node &node) const override;
    std::string problem() const override { return m_problem; }

private:
    void ask(const std::string &model, const std::vector<const routing::Node *> &nodes, std::string_view prompt);
    void finish(const EmbeddingCall::Question &question, Result<std::vector<UnitVector>> vectors);
    void tellProblem(const std::string &model, const std::string &text);

    Uses m_uses;
    std::vector<std::unique_ptr<EmbeddingCall>> m_calls;
    std::map<std::string, UnitVector> m_prompts; ///< by embedding model
    std::string m_problem;
    std::size_t m_open = 0;
    std::function<void()> m_done;
};

} // namespace pm
