// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <string_view>
#include <vector>

namespace pm {

/// Puts `model` in the place of the top-level member model, or adds it. Every one of several: parsers differ in which of
/// two equal keys they take. Nothing when `model` is empty or stands there already.
void spliceModel(std::string_view body, const std::vector<json::Member> &members, std::string_view model,
                 json::Splice &splice);

} // namespace pm
