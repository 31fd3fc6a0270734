// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/services.h"

#include <string>

// What the files of the admin API have in common.
namespace pm::admin {

AdminReply failed(const Error &error);
AdminReply failed(ErrorKind kind, std::string message);
/// A value of the query, decoded; empty when it is not there.
std::string argument(const http::Request &request, const char *name);

} // namespace pm::admin
