// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <functional>
#include <string>
#include <string_view>

// JSON in one spelling: keys sorted, no white space, numbers and escapes written one way. Pure, any thread.
namespace pm::policy {

/// 1, 1.0 and 1e0 are one number.
void appendCanonical(std::string &out, json::Element element);

/// `text` as it is when it is no JSON.
void appendCanonicalText(std::string &out, std::string_view text);

/// Appends "PATH":VALUE, for each member, at any depth, whose name the readers of requests do not know. What stands where
/// names are the user's (schemas, arguments) is not looked into: it is carried whole.
void appendUnknown(std::string &out, json::Element root);

/// The whole of a request but for what never counts: `stream`, marks, metadata.
void appendRequest(std::string &out, json::Element root);

} // namespace pm::policy
