// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/plan.h"

#include "routing/filter.h"
#include "routing/reasons.h"
#include "routing/strategy.h"

#include <algorithm>
#include <utility>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;
using TargetPtr = std::shared_ptr<const Target>;

/// One walk over the tree: filters leaves, lets strategies order what is left, remembers why.
class Walk
{
public:
    explicit Walk(const ChooseContext &context)
        : m_context(context)
    {
    }

    std::vector<Choice> choicesOf(const Node &node);
    std::vector<Choice> choicesOfPick(const Node &node, const Pick &picked);
    std::vector<Candidate> candidatesOf(const Node &node);
    void addFallbacks(const std::vector<TargetPtr> &targets);
    void addLeastBad();
    void keepFirstOfEach();
    Plan plan;

private:
    struct Unhealthy
    {
        TargetPtr target;
        TargetStats::HealthState state;
    };

    bool admits(const TargetPtr &target);
    void exclude(const Target &target, std::string reason);
    bool isPlanned(const Target &target) const;

    const ChooseContext &m_context;
    std::vector<Unhealthy> m_unhealthy;
};

void Walk::exclude(const Target &target, std::string reason)
{
    const std::string label = target.label();
    const bool isKnown = std::any_of(plan.excluded.begin(), plan.excluded.end(),
                                     [&](const Exclusion &exclusion) { return exclusion.target == label; });
    if (!isKnown)
        plan.excluded.push_back({label, std::move(reason)});
}

bool Walk::isPlanned(const Target &target) const
{
    return std::any_of(plan.choices.begin(), plan.choices.end(), [&](const Choice &choice) {
        return choice.target->model == target.model && choice.target->provider == target.provider;
    });
}

bool Walk::admits(const TargetPtr &target)
{
    if (std::string reason = unableReason(*target, m_context.needs); !reason.empty()) {
        exclude(*target, std::move(reason));
        return false;
    }
    if (!target->stats || target->stats->isSound())
        return true;
    const auto state = target->stats->health(m_context.breaker, m_context.now);
    std::string reason = unhealthyReason(state);
    if (reason.empty())
        return true;
    exclude(*target, std::move(reason));
    m_unhealthy.push_back({target, state});
    return false;
}

std::vector<Choice> Walk::choicesOf(const Node &node)
{
    if (node.target)
        return admits(node.target) ? std::vector<Choice>{{node.target, {}, {}, false}}
                                   : std::vector<Choice>{};
    const Strategy *strategy = findStrategy(node.strategy);
    if (const auto picked = strategy ? strategy->pick(node, m_context) : std::nullopt)
        return choicesOfPick(node, *picked);
    std::vector<Candidate> candidates = candidatesOf(node);
    if (candidates.empty())
        return {};
    const bool isChoice = candidates.size() > 1;
    if (strategy)
        strategy->order(node, candidates, m_context);
    std::erase_if(candidates, [&](Candidate &candidate) {
        if (candidate.excluded)
            exclude(*candidate.target, std::move(*candidate.excluded));
        return candidate.excluded != nullptr;
    });
    keepPlanned(candidates);
    std::vector<Choice> ordered;
    ordered.reserve(candidates.size());
    for (Candidate &candidate : candidates) {
        Choice &first = candidate.first();
        if (!first.inner.empty())
            first.reason += "; " + std::exchange(first.inner, {});
        if (candidate.isMirror) {
            plan.mirrors.push_back(std::move(first));
            continue;
        }
        std::move(candidate.choices.begin(), candidate.choices.end(), std::back_inserter(ordered));
    }
    if (strategy && isChoice && !ordered.empty()) {
        ordered.front().isByChance |= strategy->draws(m_context);
        ordered.front().isByFigures |= strategy->readsFigures();
    }
    return ordered;
}

std::vector<Candidate> Walk::candidatesOf(const Node &node)
{
    std::vector<Candidate> candidates;
    candidates.reserve(node.children.size());
    for (const Node &child : node.children) {
        if (child.target) {
            if (admits(child.target))
                candidates.push_back({&child, child.target.get()});
            continue;
        }
        std::vector<Choice> choices = choicesOf(child);
        if (choices.empty())
            continue;
        choices.front().inner = std::exchange(choices.front().reason, {});
        const Target *target = choices.front().target.get();
        candidates.push_back({&child, target, std::move(choices)});
    }
    return candidates;
}

std::vector<Choice> Walk::choicesOfPick(const Node &node, const Pick &picked)
{
    if (picked.child >= node.children.size())
        return {};
    std::vector<Choice> choices = choicesOf(node.children[picked.child]);
    if (!choices.empty()) {
        std::string &reason = choices.front().reason;
        reason = reason.empty() ? picked.reason : picked.reason + "; " + reason;
        if (choices.front().figure.empty())
            choices.front().figure = picked.reason;
    }
    return choices;
}

void Walk::addFallbacks(const std::vector<TargetPtr> &targets)
{
    for (const TargetPtr &target : targets) {
        if (!isPlanned(*target) && admits(target))
            plan.choices.push_back({target, "fallback order", {}, false});
    }
}

/// A target may stand in several places; it is tried in the first.
void Walk::keepFirstOfEach()
{
    if (plan.choices.size() > kMostPlanned * 4)
        plan.choices.resize(kMostPlanned * 4); // beyond that even repeats leave enough
    std::vector<Choice> all = std::move(plan.choices);
    plan.choices.clear();
    for (Choice &choice : all) {
        if (!isPlanned(*choice.target))
            plan.choices.push_back(std::move(choice));
    }
}

/// With nothing left: the target with the fewest failures in a row, if its one attempt per cooldown is still
/// free.
void Walk::addLeastBad()
{
    if (!plan.choices.empty() || m_unhealthy.empty())
        return;
    const auto soonest =
        std::min_element(m_unhealthy.begin(), m_unhealthy.end(),
                         [](const auto &a, const auto &b) { return a.state.remaining < b.state.remaining; });
    plan.retryAfter = std::max(soonest->state.remaining, milliseconds(1));
    const Unhealthy *best = nullptr;
    for (const Unhealthy &candidate : m_unhealthy) {
        const auto badness = [](const Unhealthy &one) {
            return std::pair(one.state.failuresInRow, one.state.remaining);
        };
        if (candidate.state.mayTryAnyway && (!best || badness(candidate) < badness(*best)))
            best = &candidate;
    }
    if (best)
        plan.choices.push_back({best->target, "circuit open, tried as the least bad", "circuit open", true});
}

/// Labels come from configuration; the line goes into a header field.
std::string plain(std::string text)
{
    for (char &c : text) {
        if (c < ' ' || c > '~')
            c = '?';
    }
    return text;
}

Plan planned(const Node &root, const std::vector<TargetPtr> &fallbackOrder, const ChooseContext &context)
{
    Walk walk(context);
    walk.plan.choices = walk.choicesOf(root);
    if (root.target && !walk.plan.choices.empty())
        walk.plan.choices.front().reason = "only target";
    if (const Strategy *strategy = findStrategy(root.strategy))
        walk.plan.strategy = strategy->key();
    walk.keepFirstOfEach();
    walk.addFallbacks(fallbackOrder);
    walk.addLeastBad();
    return std::move(walk.plan);
}

} // namespace

Plan choose(const Node &root, const std::vector<TargetPtr> &fallbackOrder, const ChooseContext &context)
{
    Plan plan = planned(root, fallbackOrder, context);
    if (!plan.choices.empty() || !context.needs.jsonSchema)
        return plan;
    // A schema can be asked for in words, with a named loss: better than no answer at all.
    RequestNeeds inWords = context.needs;
    inWords.jsonSchema = false;
    Plan lesser = planned(root, fallbackOrder, {inWords, context.breaker, context.now, context.rng, context.takesTurns});
    for (Choice &choice : lesser.choices) {
        if (choice.target->can.jsonSchema == false)
            choice.reason += ", though it takes no JSON schema";
    }
    return lesser.choices.empty() ? plan : lesser;
}

std::string Plan::line() const
{
    constexpr std::size_t kShown = 4;
    if (choices.empty())
        return retryAfter.count() > 0 ? "nothing may be tried for " + secondsText(retryAfter)
                                      : "no target can take it";
    std::string text = strategy.empty() ? "" : strategy + ": ";
    for (std::size_t i = 0; i < std::min(choices.size(), kShown); ++i) {
        text += i == 0 ? "" : (i == 1 ? ", then " : ", ");
        text += choices[i].target->label();
        if (i == 0 && !choices[i].figure.empty())
            text += " (" + choices[i].figure + ")";
    }
    if (choices.size() > kShown)
        text += " and " + std::to_string(choices.size() - kShown) + " more";
    return plain(std::move(text));
}

} // namespace pm::routing
