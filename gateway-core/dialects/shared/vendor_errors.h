// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <optional>

namespace pm::shared {

/// MiniMax answers with status 200 and {"base_resp": {"status_code": 1004, "status_msg": "…"}} when it failed, in all
/// formats that it speaks. Nothing where there is no such member or its code is 0.
std::optional<Error> baseRespError(json::Element root);

} // namespace pm::shared
