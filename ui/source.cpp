// SPDX-License-Identifier: GPL-3.0-or-later
#include "source.h"

namespace pm::ui {

bool hasCondition(const trace::Filter &filter)
{
    return !filter.router.empty() || !filter.provider.empty() || !filter.model.empty() ||
           !filter.app.empty() || filter.status != trace::Filter::Status::Any || !filter.text.empty() ||
           filter.since != 0 || filter.until != 0;
}

} // namespace pm::ui

#include "moc_source.cpp"
