// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

// How the form changes policies in the text: small edits, after which everything else stands as it did. Whole paths
// ("routers.work.rate-limit.limits.0"). Pure. Errors: as config_edit.h has them.
namespace pm::ui {

/// `yaml`: the value; empty takes the key out, so that its default holds. A guardrail that was its check's name alone
/// becomes a map.
Result<std::string> setPolicyValue(std::string_view text, const std::string &item, const std::string &key,
                                   const std::string &yaml);
/// With all above it that would be left empty, up to the router's own block.
Result<std::string> removePolicy(std::string_view text, const std::string &item);
/// One more at the end of `list`; a single section in its place becomes the first item.
Result<std::string> addPolicy(std::string_view text, const std::string &list, const std::string &yaml);

} // namespace pm::ui
