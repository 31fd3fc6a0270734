// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

// The error object that the formats of the OpenAI family share, both ways. Pure functions.
namespace pm::openai {

/// Classifies an error body. `status` is the provider's HTTP status, 200 for errors inside a good answer.
Error readErrorBody(int status, std::string_view body);
/// {"error":{...}} as clients of these formats read it.
std::string writeErrorBody(const Error &error);

} // namespace pm::openai
