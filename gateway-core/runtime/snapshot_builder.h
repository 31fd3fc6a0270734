// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_yaml.h"
#include "pipeline/snapshot.h"
#include "runtime/key_ring.h"

namespace pm {

/// Everything that goes into a snapshot besides the keys.
struct SnapshotParts
{
    config::Config config;
    std::string configText;
    std::shared_ptr<const Catalogue> catalogue;
    std::vector<LocalServer> localServers;
    policy::ClientKeyIndexPtr madeKeys;
    Secret ownKey;
    std::string activeRouter;
    bool paused = false;
    int port = 0;
    std::shared_ptr<StatsRegistry> stats;
    std::shared_ptr<routing::NodeStates> nodeStates;
    routing::ComplexitySources complexity;
};

SnapshotPtr buildSnapshot(const SnapshotParts &parts, const KeyRing &keys);

/// What a configuration check must know of this program.
config::KnownNames knownNames();

} // namespace pm
