// SPDX-License-Identifier: GPL-3.0-or-later
// What a request names by URL, for targets that want the bytes.
#include "pipeline/exchange.h"

namespace pm {

std::vector<RemoteMedia> Exchange::mediaToFetch(const routing::Choice &choice)
{
    const RequestFacts &facts = m_decoded.facts;
    const ProviderRuntime *provider = m_snapshot->findProvider(choice.target->provider);
    const Surface surface = surfaceFor(provider->provider, m_route.dialect);
    const bool isChat = m_route.endpoint == Endpoint::Chat;
    if (!isChat || (!facts.hasImages && !facts.hasDocuments) || surface.dialect == m_route.dialect)
        return {};
    const std::string &model = choice.target->model.empty() ? facts.model : choice.target->model;
    const Model *known = m_snapshot->findModel(choice.target->provider, model);
    if (!m_snapshot->config.media.fetch || targetTraits(provider->provider, surface.dialect, model, known).mediaUrls)
        return {}; // a target that wants bytes says itself which part it cannot take
    const auto whole = m_turn ? m_turn->bodyFor({choice.target->provider, true, provider->provider.quirks.keepsResponses})
                              : Result<std::string>();
    if (!whole || !readChat(m_turn ? std::string_view(*whole) : view(m_request.body), m_route, m_decoded))
        return {}; // encode says what is wrong with it
    return remoteMedia(*m_decoded.chat);
}

/// True when something is on its way; tryNext() goes on when it is there.
bool Exchange::fetchMediaFor(const routing::Choice &choice)
{
    auto media = m_mediaError ? std::vector<RemoteMedia>() : mediaToFetch(choice);
    if (media.empty())
        return false;
    m_mediaFetch = std::make_unique<MediaFetch>(*m_services.upstream, m_snapshot->config.media);
    const auto started = m_mediaFetch->start(std::move(media), [this](const Result<void> &fetched) {
        if (!fetched)
            m_mediaError = fetched.error();
        if (m_state != State::Done)
            tryNext();
    });
    if (!started)
        m_mediaError = started.error();
    return started.has_value();
}

} // namespace pm
