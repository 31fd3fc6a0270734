// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/snapshots.h"

#include "config/config_yaml.h"
#include "runtime/snapshot_builder.h"

#include <algorithm>

namespace pm::test {

std::shared_ptr<const Catalogue> smallCatalogue()
{
    static const auto catalogue = std::make_shared<const Catalogue>(Catalogue::parse(json(
        "{'version': 1, 'providers': {"
        "'openai': {"
        " 'gpt-4o': {'name': 'GPT-4o', 'released': '2024-05-13', 'context': 128000, 'output': 16384,"
        "            'price': [2.5, 10], 'can': 'images tools'},"
        " 'gpt-4o-2024-08-06': {'context': 128000, 'output': 16384, 'can': 'images tools',"
        "            'cannot': 'schema'},"
        " 'gpt-5': {'context': 400000, 'output': 128000, 'can': 'images tools reasoning', 'cannot': 'temperature'},"
        " 'text-embedding-3-small': {'context': 8191, 'can': 'embeddings'}},"
        "'anthropic': {"
        " 'claude-3-haiku': {'context': 200000, 'output': 4096, 'can': 'images tools'},"
        " 'claude-haiku-4-5-20251001': {'name': 'Claude Haiku 4.5', 'released': '2025-10-15', 'context': 200000,"
        "            'output': 64000, 'price': [1, 5], 'can': 'images documents tools reasoning'},"
        " 'claude-sonnet-4-5': {'context': 200000, 'output': 64000, 'can': 'images documents tools reasoning'}},"
        "'openrouter': {'openai/gpt-4o': {'context': 128000, 'can': 'tools'}},"
        "'groq': {'llama-3.3-70b': {'context': 32000, 'output': 8000, 'can': 'tools'},"
        "         'shared-model': {'context': 32000}},"
        "'mistral': {'mistral-small': {'context': 32000}, 'shared-model': {'context': 32000}}"
        "}}")).value());
    return catalogue;
}

std::shared_ptr<Snapshot> snapshotOf(std::string_view yaml, const std::vector<std::string> &keyed)
{
    const config::Loaded loaded = config::load(yaml, knownNames());
    if (!loaded.isUsable())
        qFatal("%s", config::formatProblems("test", loaded.problems).c_str());
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->config = loaded.config;
    snapshot->placeRouters();
    snapshot->activeRouter = loaded.config.activeRouter;
    snapshot->catalogue = smallCatalogue();
    snapshot->stats = std::make_shared<StatsRegistry>();
    snapshot->nodeStates = std::make_shared<routing::NodeStates>();
    snapshot->port = 8080;
    for (Provider &provider : buildProviders(loaded.config)) {
        ProviderRuntime runtime;
        runtime.nextKey = std::make_shared<std::atomic<unsigned>>(0);
        if (std::find(keyed.begin(), keyed.end(), provider.name) != keyed.end()) {
            runtime.keyState = KeyState::Present;
            runtime.keys.push_back(
                {"keychain", Secret("key-of-" + provider.name), std::make_shared<std::atomic<long long>>(0)});
        } else if (provider.auth == AuthKind::None || provider.isLocal) {
            runtime.keyState = KeyState::NotNeeded;
        }
        runtime.provider = std::move(provider);
        snapshot->providers.push_back(std::move(runtime));
    }
    return snapshot;
}

ProviderRuntime &providerIn(Snapshot &snapshot, std::string_view name)
{
    const auto found = std::find_if(snapshot.providers.begin(), snapshot.providers.end(),
                                    [&](const ProviderRuntime &p) { return p.provider.name == name; });
    if (found == snapshot.providers.end())
        qFatal("no provider %s", std::string(name).c_str());
    return *found;
}

http::Request requestOf(std::string method, std::string target, http::Headers headers, std::string body)
{
    http::Request request;
    request.method = std::move(method);
    const std::size_t question = target.find('?');
    const std::string path = target.substr(0, question);
    request.path = QByteArray::fromPercentEncoding(QByteArray::fromStdString(path)).toStdString();
    request.query = question == std::string::npos ? std::string() : target.substr(question + 1);
    request.target = std::move(target);
    if (!headers.contains("host"))
        headers.add("Host", "localhost:8080");
    request.headers = std::move(headers);
    request.body = QByteArray::fromStdString(body);
    request.peerAddress = "127.0.0.1";
    return request;
}

} // namespace pm::test
