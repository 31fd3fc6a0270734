// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/fault_run.h"

#include <string>
#include <vector>

namespace pm::test {

/// resources/help/faults.md: what each client sees of each fault, as it was in `cells`. Markdown.
std::string faultsPage(const std::vector<Cell> &cells);

} // namespace pm::test
