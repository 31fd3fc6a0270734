// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/plan.h"

#include "routing/filter.h"
#include "routing/reasons.h"
#include "routing/strategy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <memory_resource>
#include <utility>

namespace pm::routing {

namespace {

using std::chrono::milliseconds;
using TargetPtr = std::shared_ptr<const Target>;

bool isSame(const Target &a, const Target &b)
{
    if (a.stats && b.stats && a.stats->mark() != b.stats->mark())
        return false; // most are told apart by this
    return &a == &b || (a.model == b.model && a.provider == b.provider);
}

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
    bool admitsAtLook(const TargetPtr &target, Lack lack);
    void exclude(const Target &target, std::string reason);
    bool isPlanned(const Target &target) const;

    static constexpr std::size_t kRoom = 8192; ///< for the choices of two strategies; more is taken from the heap

    const ChooseContext &m_context;
    std::vector<Unhealthy> m_unhealthy;
    alignas(std::max_align_t) std::array<std::byte, kRoom> m_room; // left as it is: filling it would cost more than it saves
    std::pmr::monotonic_buffer_resource m_memory{m_room.data(), m_room.size()};
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
    return std::any_of(plan.choices.begin(), plan.choices.end(),
                       [&](const Choice &choice) { return isSame(*choice.target, target); });
}

bool Walk::admits(const TargetPtr &target)
{
    const Lack lack = lackOf(*target, m_context.needs);
    const bool isPlain = lack == Lack::Nothing && (!target->stats || target->stats->isSound());
    return isPlain || admitsAtLook(target, lack);
}

/// Of those that lack something or were not well: is there a reason to leave it out?
bool Walk::admitsAtLook(const TargetPtr &target, Lack lack)
{
    if (lack != Lack::Nothing) {
        exclude(*target, lackText(lack, *target, m_context.needs));
        return false;
    }
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
            exclude(*candidate.target, candidate.excluded->text());
        return candidate.excluded != nullptr;
    });
    keepPlanned(candidates);
    std::vector<Choice> ordered;
    ordered.reserve(candidates.size());
    for (Candidate &candidate : candidates) {
        Choice &first = candidate.first();
        if (candidate.inner && !candidate.inner->isEmpty())
            first.reason.rest += "; " + candidate.inner->text();
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
                candidates.emplace_back(child, *child.target, m_memory);
            continue;
        }
        std::vector<Choice> choices = choicesOf(child);
        if (choices.empty())
            continue;
        auto inner = std::make_unique<LateText>(std::exchange(choices.front().reason, {}));
        Candidate &candidate = candidates.emplace_back(child, *choices.front().target, m_memory);
        candidate.choices.assign(std::move_iterator(choices.begin()), std::move_iterator(choices.end()));
        candidate.inner = std::move(inner);
    }
    return candidates;
}

std::vector<Choice> Walk::choicesOfPick(const Node &node, const Pick &picked)
{
    if (picked.child >= node.children.size())
        return {};
    std::vector<Choice> choices = choicesOf(node.children[picked.child]);
    if (!choices.empty()) {
        LateText &reason = choices.front().reason;
        reason = reason.isEmpty() ? picked.reason : picked.reason + "; " + reason.text();
        if (choices.front().figure.isEmpty())
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
    const auto end = plan.choices.end();
    auto kept = plan.choices.begin();
    for (auto choice = kept; choice != end; ++choice) {
        if (std::any_of(plan.choices.begin(), kept, [&](const Choice &before) { return isSame(*before.target, *choice->target); }))
            continue;
        if (choice != kept)
            *kept = std::move(*choice);
        ++kept;
    }
    plan.choices.erase(kept, end);
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
            choice.reason.rest += ", though it takes no JSON schema";
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
        if (i == 0 && !choices[i].figure.isEmpty())
            text += " (" + choices[i].figure.text() + ")";
    }
    if (choices.size() > kShown)
        text += " and " + std::to_string(choices.size() - kShown) + " more";
    return plain(std::move(text));
}

} // namespace pm::routing
