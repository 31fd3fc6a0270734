// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/semantic_lookup.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace pm {

namespace {

constexpr std::size_t kPromptMost = 4096;                 ///< bytes of the prompt that are embedded

std::string modelOf(const routing::Node &node)
{
    return std::string(node.settings.text("embedding"));
}

} // namespace

SemanticLookup::SemanticLookup(const Uses &uses)
    : m_uses(uses)
{
}

SemanticLookup::~SemanticLookup() = default;

bool SemanticLookup::start(const std::vector<const routing::Node *> &nodes, std::string_view prompt, std::function<void()> done)
{
    m_done = std::move(done);
    std::vector<std::string> asked;
    for (const routing::Node *node : nodes) {
        const std::string model = modelOf(*node);
        if (std::find(asked.begin(), asked.end(), model) != asked.end())
            continue;
        asked.push_back(model);
        ask(model, nodes, clipUtf8(prompt, kPromptMost));
    }
    return m_open > 0;
}

void SemanticLookup::ask(const std::string &model, const std::vector<const routing::Node *> &nodes, std::string_view prompt)
{
    EmbeddingCall::Question question{model, {}, std::chrono::milliseconds(0)};
    question.texts.emplace_back(prompt.empty() ? std::string_view(" ") : prompt); // then the examples
    for (const routing::Node *node : nodes) {
        if (modelOf(*node) != model)
            continue;
        question.timeout = std::max(question.timeout, node->settings.duration("timeout", std::chrono::milliseconds(1500)));
        for (const routing::Node &rule : node->children) {
            for (const std::string &example : rule.examples) {
                if (question.texts.size() < kMostTexts && !m_uses.vectors.find(model, example))
                    question.texts.push_back(example);
            }
        }
    }
    auto call = EmbeddingCall::start({m_uses.upstream, m_uses.snapshot, m_uses.now, m_uses.steadyNow}, question,
                                     [this, question](Result<std::vector<UnitVector>> vectors) {
                                         finish(question, std::move(vectors));
                                     });
    if (!call)
        return tellProblem(model, call.error().message);
    m_calls.push_back(std::move(*call));
    ++m_open;
}

void SemanticLookup::finish(const EmbeddingCall::Question &question, Result<std::vector<UnitVector>> vectors)
{
    if (!vectors) {
        tellProblem(question.model, vectors.error().message);
    } else {
        m_prompts[question.model] = std::move(vectors->front());
        for (std::size_t i = 1; i < vectors->size(); ++i)
            m_uses.vectors.keep(question.model, question.texts[i], std::move((*vectors)[i]));
    }
    if (--m_open == 0) {
        if (const auto done = std::exchange(m_done, nullptr))
            done();
    }
}

void SemanticLookup::tellProblem(const std::string &model, const std::string &text)
{
    m_problem = "no embedding from " + (model.empty() ? std::string("settings.embedding, which is missing") : model) + ", " + text;
}

std::optional<routing::SemanticMatches::Near> SemanticLookup::nearest(const routing::Node &node) const
{
    const std::string model = modelOf(node);
    const auto prompt = m_prompts.find(model);
    if (prompt == m_prompts.end())
        return std::nullopt;
    std::optional<Near> best;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        for (const std::string &example : node.children[i].examples) {
            const auto vector = m_uses.vectors.find(model, example);
            const double near = vector ? similarity(prompt->second, *vector) : -1;
            if (vector && (!best || near > best->similarity))
                best = Near{i, near, example};
        }
    }
    return best;
}

} // namespace pm
