// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pm::http {

/// True for an IP address that the whole internet can reach: not loopback, private, link-local, shared, multicast,
/// documentation or unspecified (IANA special-purpose registries), also inside an IPv4-mapped or NAT64 IPv6 address. False
/// for what is no address.
bool isPublicAddress(std::string_view ip);

} // namespace pm::http
