// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"
#include "providers/provider.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace pm {

/// A local server that answered, and the models it has.
struct LocalServer
{
    std::string provider; ///< row name: "ollama", "lmstudio", "llamacpp", "vllm"
    std::string baseUrl;
    std::vector<std::string> models;
    bool operator==(const LocalServer &) const = default;
};

/// Looks for local model servers on their usual ports with GET {base}/models: at start, then every 30 s (a
/// closed loopback port answers at once and costs nothing). Skips `ownPort`. Lives on one thread.
class Discovery : public QObject
{
    Q_OBJECT

public:
    /// `candidates` defaults to the local rows of the provider table.
    Discovery(http::Upstream &upstream, int ownPort, std::vector<LocalServer> candidates,
              QObject *parent = nullptr);
    void start(std::chrono::milliseconds interval);
    const std::vector<LocalServer> &found() const { return m_found; }

Q_SIGNALS:
    void foundChanged();

private:
    struct Round;

    void probeAll();
    void probe(std::size_t index, const std::shared_ptr<Round> &round);
    void probed(std::size_t index, Round &round, const Result<void> &result);
    void finish(Round &round);

    http::Upstream &m_upstream;
    int m_ownPort;
    std::vector<LocalServer> m_candidates;
    std::vector<LocalServer> m_found;
    std::vector<std::unique_ptr<http::UpstreamCall>> m_calls;
    QTimer m_timer;
};

/// The local rows as candidates: Ollama 11434, LM Studio 1234, llama.cpp 8080, vLLM 8000.
std::vector<LocalServer> localCandidates();

} // namespace pm
