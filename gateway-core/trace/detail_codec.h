// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "trace/trace.h"

#include <string>
#include <string_view>

// A detail as the store keeps it: everything but the bytes of the bodies as JSON, the bytes one body after the other.
// Text that is not UTF-8 is kept with U+FFFD in place of what is wrong. Plain functions.
namespace pm::trace {

std::string encodeDetail(const Detail &detail);
/// The bytes that encodeDetail leaves out.
std::string joinBodies(const Detail &detail);

/// Bodies come back with their sizes and no bytes. Error: Storage.
Result<Detail> decodeDetail(std::string_view json);
/// Gives the bodies of a detail decoded from `json` their bytes. Error: Storage when lengths do not fit.
Result<void> splitBodies(std::string_view json, std::string_view bytes, Detail &detail);
/// Only the prompt's text, for the word index.
Result<std::string> decodePrompt(std::string_view json);

} // namespace pm::trace
