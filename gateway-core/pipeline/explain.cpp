// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/explain.h"

#include "pipeline/choose_targets.h"
#include "pipeline/request_fields.h"
#include "pipeline/service_request.h"
#include "routing/cost_estimate.h"
#include "routing/request_class.h"

namespace pm {

namespace {

bool hasChoice(Endpoint endpoint)
{
    return endpoint == Endpoint::Chat || endpoint == Endpoint::Embeddings || endpoint == Endpoint::Service;
}

std::vector<ExplainedChoice> withExpectations(std::vector<routing::Choice> choices,
                                              const routing::RequestNeeds &needs)
{
    std::vector<ExplainedChoice> explained;
    for (routing::Choice &choice : choices) {
        Expected expected = expectedOf(*choice.target, needs);
        explained.push_back({std::move(choice), expected});
    }
    return explained;
}

} // namespace

Expected expectedOf(const routing::Target &target, const routing::RequestNeeds &needs)
{
    Expected expected;
    // Pictures and sounds have prices of their own, which nobody knows here.
    if (needs.endpoint)
        expected.costUsd = routing::expectedCost(target, needs, routing::kExpectedOutput, false);
    if (target.stats) {
        expected.latency = target.stats->latency(routing::sizeClassOf(needs.inputTokens), needs.stream);
        expected.errorRate = target.stats->errorRate();
    }
    return expected;
}

Result<Explanation> explain(const Question &question)
{
    const http::Request &request = question.request;
    auto route = resolve(request, *question.snapshot);
    if (!route)
        return tl::unexpected(route.error());
    if (!hasChoice(route->endpoint)) {
        return fail(ErrorKind::NotSupported,
                    request.path.substr(0, 200) + " is not routed: " +
                        (route->scope == Scope::Direct ? "it goes to " + route->name + " itself"
                                                       : "the gateway answers it itself"));
    }
    auto decoded = route->service ? decodeService(request, *route) : decode(request, *route);
    if (!decoded)
        return tl::unexpected(decoded.error());
    RouteCache own;
    RouteCache &cache = question.cache ? *question.cache : own;
    auto compiled = compileFor(request, decoded->facts.model, question.snapshot, cache, *route);
    if (!compiled)
        return tl::unexpected(compiled.error());

    Explanation explanation;
    explanation.route = std::move(*route);
    explanation.facts = std::move(decoded->facts);
    explanation.compiled = *compiled;
    const ExchangeFields fields(
        {request, explanation.route, explanation.facts, question.caller, question.app, question.wall});
    const routing::RequestNeeds needs = needsOf(explanation.facts, explanation.route.endpoint, &fields);
    explanation.kind = routing::primaryClass(needs);
    routing::Plan plan = planFor(
        **compiled, {needs, *(*compiled)->policy.breaker, question.now, question.rng, question.takesTurns});
    explanation.line = plan.line();
    explanation.strategy = std::move(plan.strategy);
    explanation.choices = withExpectations(std::move(plan.choices), needs);
    explanation.mirrors = withExpectations(std::move(plan.mirrors), needs);
    explanation.excluded = std::move(plan.excluded);
    explanation.retryAfter = plan.retryAfter;
    return explanation;
}

} // namespace pm
