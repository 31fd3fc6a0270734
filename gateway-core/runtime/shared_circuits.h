// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/snapshot.h"
#include "redis/redis_link.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <string>

namespace pm {

/// Tells other instances which targets have an open circuit here, and lets those rest that have one elsewhere: what one
/// instance learned the hard way the others need not. Looks about once a second; a circuit that closes again is taken back
/// at once. Main thread.
class SharedCircuits : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kInterval{1'000};

    /// `breaker` gives the settings that say when a circuit may be tested.
    SharedCircuits(redis::Link &link, std::shared_ptr<StatsRegistry> stats, std::string instance, const Clock &clock,
                   QObject *parent = nullptr);

    void look(); ///< now

private:
    void tell(const routing::TargetStats &target, std::chrono::milliseconds remaining);
    void takeBack(const std::string &label);
    void ask(std::vector<std::shared_ptr<routing::TargetStats>> targets);

    redis::Link &m_link;
    std::shared_ptr<StatsRegistry> m_stats;
    std::string m_instance;
    const Clock &m_clock;
    QTimer m_timer;
    std::map<std::string, SteadyTime> m_told; ///< by label: until when we said that it is open
};

} // namespace pm
