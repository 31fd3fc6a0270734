// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pm::routing {

struct RequestNeeds;

/// A kind of request that rules may name; THE TABLE is in request_class.cpp. A request may be of several.
struct RequestClass
{
    std::string_view name;
    std::string_view sense;   ///< for help pages: exactly what is looked at
    bool isCapability = false; ///< what a model must be able to do, rather than what the work is
    bool (*holds)(const RequestNeeds &needs) = nullptr;
};

const std::vector<RequestClass> &requestClasses();
/// Null when there is none of this name.
const RequestClass *findRequestClass(std::string_view name);
/// The first of the table that holds; "chat" when none does.
std::string_view primaryClass(const RequestNeeds &needs);

} // namespace pm::routing
