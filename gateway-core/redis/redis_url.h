// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace pm::redis {

/// Where a Redis or Valkey server listens.
struct Address
{
    std::string host = "127.0.0.1";
    int port = 6379;
    int database = 0;
    std::string user; ///< empty: the default one
    bool operator==(const Address &) const = default;
};

/// Of "redis://[user@]host[:port][/database]". Errors: Config, naming what is wrong; a password in it is refused without
/// being repeated, for a configuration holds no secrets.
Result<Address> parseUrl(std::string_view url);

} // namespace pm::redis
