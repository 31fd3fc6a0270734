// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "support/chat_facts.h"

namespace pm::test {

/// True when one of `losses` speaks of what `fact` states. Strict where names are fields: a loss of another field is no
/// excuse.
bool isNamed(const Fact &fact, const Losses &losses);

} // namespace pm::test
