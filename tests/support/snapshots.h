// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"
#include "pipeline/snapshot.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Snapshots and requests for tests of the pipeline's plain functions: no gateway, no sockets. Any thread.
namespace pm::test {

/// JSON that reads well in C++: {'model':'m'} becomes {"model":"m"}.
inline std::string json(std::string text)
{
    for (char &c : text)
        c = c == '\'' ? '"' : c;
    return text;
}

inline QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// A small catalogue of its own, so that new prices and models in the built-in one change no test.
std::shared_ptr<const Catalogue> smallCatalogue();

/// What serves the configuration `yaml`. Providers named in `keyed` have one key, "key-of-NAME". Listens on 8080.
/// Stops the program when the text does not load.
std::shared_ptr<Snapshot> snapshotOf(std::string_view yaml, const std::vector<std::string> &keyed = {});

ProviderRuntime &providerIn(Snapshot &snapshot, std::string_view name);

/// A request as the listener hands it over: `target` is split and decoded, Host is this gateway's.
http::Request requestOf(std::string method, std::string target, http::Headers headers = {}, std::string body = {});

} // namespace pm::test
