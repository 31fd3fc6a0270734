// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace pm {

/// A file of resources/ that is compiled into the program. Error: Internal, when it is not there.
Result<std::string> readResource(std::string_view name);

} // namespace pm
