// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/discovery.h"

#include "base/json.h"
#include "http/http.h"

#include <algorithm>

namespace pm {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLargestAnswer = 1024 * 1024;
constexpr std::size_t kMostModels = 1000;
constexpr std::string_view kLoopback = "127.0.0.1";

/// A local server answers at once or is not there; one that is busy loading a model may take a moment.
http::UpstreamTimeouts probeTimeouts()
{
    return {milliseconds(500), milliseconds(3'000), milliseconds(1'000), milliseconds(4'000)};
}

/// Another gateway of this kind lists models that are not its own.
bool isGateway(const http::Headers &headers)
{
    static constexpr std::string_view kPrefix = "x-pointsman-";
    return std::any_of(headers.fields().begin(), headers.fields().end(), [](const auto &field) {
        return http::equalsIgnoreCase(std::string_view(field.first).substr(0, kPrefix.size()), kPrefix);
    });
}

/// {"data": [{"id"}]} as OpenAI has it, or {"models": [{"name" or "model" or "id"}]}. Nothing for other
/// texts.
std::optional<std::vector<std::string>> readModels(std::string_view body)
{
    const auto document = json::Document::parse(body);
    if (!document)
        return std::nullopt;
    auto list = json::findArray(document->root(), "data");
    if (!list)
        list = json::findArray(document->root(), "models");
    if (!list)
        return std::nullopt;
    std::vector<std::string> models;
    for (const json::Element entry : *list) {
        for (const std::string_view key : {"id", "model", "name"}) {
            const auto name = json::findString(entry, key);
            if (name && !name->empty() && models.size() < kMostModels) {
                models.emplace_back(*name);
                break;
            }
        }
    }
    return models;
}

} // namespace

/// One round of probes. Shared by the callbacks of its calls, which end before Discovery does.
struct Discovery::Round
{
    struct Probe
    {
        bool isUsable = false; ///< status 200, not a gateway, not too large
        std::string body;
    };
    std::vector<Probe> probes;
    std::vector<std::optional<LocalServer>> answers; ///< by candidate
    std::size_t open = 0;
};

Discovery::Discovery(http::Upstream &upstream, int ownPort, std::vector<LocalServer> candidates,
                     QObject *parent)
    : QObject(parent)
    , m_upstream(upstream)
    , m_ownPort(ownPort)
    , m_candidates(candidates.empty() ? localCandidates() : std::move(candidates))
{
    connect(&m_timer, &QTimer::timeout, this, &Discovery::probeAll);
}

void Discovery::start(milliseconds interval)
{
    m_timer.start(interval);
    probeAll();
}

void Discovery::probeAll()
{
    m_calls.clear(); // cancels what the last round left hanging
    auto round = std::make_shared<Round>();
    round->probes.resize(m_candidates.size());
    round->answers.resize(m_candidates.size());
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        if (!pointsAt(m_candidates[i].baseUrl, kLoopback, m_ownPort))
            asked.push_back(i);
    }
    round->open = asked.size();
    for (const std::size_t i : asked)
        probe(i, round);
    if (asked.empty())
        finish(*round);
}

void Discovery::probe(std::size_t index, const std::shared_ptr<Round> &round)
{
    http::UpstreamRequest request;
    request.method = "GET";
    request.url = joinUrl(m_candidates[index].baseUrl, "/models");
    request.headers.add("accept", "application/json");
    request.timeouts = probeTimeouts();
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [round, index](const http::UpstreamHead &head) {
        round->probes[index].isUsable = head.status == 200 && !isGateway(head.headers);
    };
    callbacks.onData = [round, index](std::string_view bytes) {
        Round::Probe &probe = round->probes[index];
        if (probe.body.size() + bytes.size() > kLargestAnswer)
            probe.isUsable = false;
        if (probe.isUsable)
            probe.body += bytes;
    };
    callbacks.onDone = [this, round, index](const Result<void> &result) {
        // A slot of foundChanged may start the next round, which destroys this callback and what it holds.
        const auto kept = round; // NOLINT(performance-unnecessary-copy-initialization)
        probed(index, *kept, result);
    };
    m_calls.push_back(m_upstream.start(std::move(request), std::move(callbacks)));
}

void Discovery::probed(std::size_t index, Round &round, const Result<void> &result)
{
    const Round::Probe &probe = round.probes[index];
    const LocalServer &candidate = m_candidates[index];
    if (result && probe.isUsable) {
        if (auto models = readModels(probe.body))
            round.answers[index] = LocalServer{candidate.provider, candidate.baseUrl, std::move(*models)};
    } else if (!result && result.error().kind == ErrorKind::UpstreamTimeout) {
        // Busy is not gone: what was found there stays until it refuses or answers otherwise.
        for (const LocalServer &known : m_found) {
            if (known.baseUrl == candidate.baseUrl)
                round.answers[index] = known;
        }
    }
    if (--round.open == 0)
        finish(round);
}

void Discovery::finish(Round &round)
{
    std::vector<LocalServer> found;
    for (std::optional<LocalServer> &answer : round.answers) {
        if (answer)
            found.push_back(std::move(*answer));
    }
    if (found == m_found)
        return;
    m_found = std::move(found);
    Q_EMIT foundChanged();
}

std::vector<LocalServer> localCandidates()
{
    std::vector<LocalServer> candidates;
    for (const ProviderRow &row : providerRows()) {
        if (!row.isLocal)
            continue;
        std::string url = joinUrl(row.baseUrl, modelsPath(row.dialect));
        url.resize(url.size() - std::string_view("/models").size());
        candidates.push_back({std::string(row.name), std::move(url), {}});
    }
    return candidates;
}

} // namespace pm

#include "moc_discovery.cpp"
