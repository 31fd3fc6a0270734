// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// Which proxy the environment names for a call, as libcurl reads it: https_proxy or HTTPS_PROXY for https, http_proxy
// (lower case only: upper case is a header field of CGI) for http, else all_proxy or ALL_PROXY; no_proxy or NO_PROXY
// lists who is asked without. Pure functions, any thread.
namespace pm::http {

/// The value of a variable, empty when it is not set.
using Environment = std::function<std::string(const char *name)>;
std::string processEnvironment(const char *name);

struct ProxyAddress
{
    bool isSocks = false; ///< SOCKS 5; else an HTTP proxy that is asked to CONNECT
    std::string host;
    int port = 0;
    std::string user;
    std::string password;
};

/// The environment's list of hosts, and the machine itself: a local model is never asked through a proxy.
std::string hostsWithoutProxy(const Environment &environment);

/// Does `list` ("example.com, .internal, 10.0.0.0/8", or "*") name this host or one above it?
bool isListedHost(std::string_view host, std::string_view list);

/// Nothing when the call goes there directly. `scheme` is "http" or "https", `host` a name or address without brackets.
/// Error: ConnectFailed, for a proxy of a kind that is not spoken here; it names the variable.
Result<std::optional<ProxyAddress>> proxyFor(std::string_view scheme, std::string_view host,
                                             const Environment &environment);

} // namespace pm::http
