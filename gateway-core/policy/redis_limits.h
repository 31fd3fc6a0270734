// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/policies.h"
#include "policy/limit_store.h"
#include "redis/redis_link.h"

#include <memory>

namespace pm::policy {

/// Limits counted in Redis, for all instances that name the same server. One script takes all limits of a request or none,
/// by the server's clock, so that two instances cannot both take the last one. Safe from any thread.
///
/// While the server is away: `Open` goes on with what `local` counts, which has seen this instance's own takes all along;
/// `Closed` refuses, and the answer says why.
class RedisLimits final : public LimitStore
{
public:
    RedisLimits(redis::Link &link, LimitStore &local, config::SharedStore::WhenDown whenDown);

    std::optional<LimitAnswer> take(const std::vector<LimitTake> &takes, std::int64_t now, Done done) override;
    void settle(const LimitTake &take, std::int64_t now, std::int64_t truth) override;
    std::string problem() const override;

private:
    LimitAnswer fromReply(const std::vector<LimitTake> &takes, const redis::Reply &reply) const;
    LimitAnswer withoutRedis(const std::vector<LimitTake> &takes, std::int64_t now, const std::string &problem);

    redis::Link &m_link;
    LimitStore &m_local;
    config::SharedStore::WhenDown m_whenDown;
    std::shared_ptr<const redis::Script> m_take;
    std::shared_ptr<const redis::Script> m_settle;
};

} // namespace pm::policy
