// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/head_rows.h"
#include "trace/trace_query.h"

namespace pm::trace {

namespace {

bool hasStatus(Filter::Status wanted, Outcome outcome)
{
    switch (wanted) {
    case Filter::Status::Any: return true;
    case Filter::Status::Ok: return outcome == Outcome::Ok;
    case Filter::Status::Failed: return outcome == Outcome::Failed;
    case Filter::Status::Cancelled: return outcome == Outcome::Cancelled;
    case Filter::Status::Refused: return outcome == Outcome::Refused;
    }
    return true;
}

} // namespace

bool Filter::isEmpty() const
{
    return router.empty() && provider.empty() && model.empty() && app.empty() && status == Status::Any
           && text.empty() && since == 0 && until == 0;
}

bool Filter::matches(const Head &head) const
{
    const auto fits = [](const std::string &wanted, const std::string &value) {
        return wanted.empty() || wanted == value;
    };
    return fits(router, head.router) && fits(provider, head.provider) && fits(model, head.model)
           && fits(app, head.app) && hasStatus(status, outcomeOf(head)) && head.startedAt >= since
           && (until == 0 || head.startedAt <= until);
}

} // namespace pm::trace
