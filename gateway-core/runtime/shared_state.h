// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "policy/limit_store.h"
#include "policy/redis_limits.h"
#include "policy/redis_spend.h"
#include "runtime/shared_circuits.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <string>

namespace pm {

/// What this instance counts together with others through Redis: limits, budgets and open circuits. Made for one
/// configuration of the store; main thread, but for the stores it gives out, which are for any.
class SharedState : public QObject
{
    Q_OBJECT

public:
    /// What it builds on. All of it outlives this.
    struct Uses
    {
        policy::LimitStore &limits; ///< of this instance alone
        policy::SpendStore &spend;
        std::shared_ptr<StatsRegistry> stats;
        const Clock &clock;
        std::string instance; ///< this one's name, like no other's
    };
    SharedState(const config::SharedStore &settings, const Secret &password, const Uses &uses);

    policy::LimitStore &limits() { return m_limits; }
    policy::SpendStore &spend() { return m_spend; }
    std::string problem() const { return m_limits.problem(); } ///< of the server, which is one for all

private:
    const Clock &m_clock;
    redis::Link m_link;
    policy::RedisLimits m_limits;
    policy::RedisSpend m_spend;
    SharedCircuits m_circuits;
    QTimer m_refresh; ///< totals of budgets are written again
};

/// This instance's name among those that share a store: kept in `dataDir`, made at random when there is none.
std::string instanceName(const std::string &dataDir);

/// The password that `reference` names. Error: Config for one in a keychain, which may need its owner first; SecretNotFound.
Result<Secret> storePassword(const std::string &reference);

} // namespace pm
