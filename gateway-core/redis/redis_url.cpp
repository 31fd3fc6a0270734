// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis/redis_url.h"

#include <charconv>
#include <optional>

namespace pm::redis {

namespace {

std::optional<int> numberIn(std::string_view text, int most)
{
    int number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = failed == std::errc() && end == text.data() + text.size();
    return isWhole && number >= 0 && number <= most ? std::optional(number) : std::nullopt;
}

/// Splits "host:port" and "[::1]:port".
Result<void> readHost(std::string_view text, Address &address)
{
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos)
            return fail(ErrorKind::Config, "the address lacks a ]");
        host = text.substr(1, end - 1);
        port = text.substr(end + 1);
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon);
    }
    if (host.empty())
        return fail(ErrorKind::Config, "no host is named; write redis://HOST:PORT");
    address.host = host;
    if (port.empty())
        return {};
    const auto number = port.starts_with(':') ? numberIn(port.substr(1), 65535) : std::nullopt;
    if (!number || *number == 0)
        return fail(ErrorKind::Config, "the port must be a number from 1 to 65535");
    address.port = *number;
    return {};
}

} // namespace

Result<Address> parseUrl(std::string_view url)
{
    constexpr std::string_view kScheme = "redis://";
    if (url.starts_with("rediss://"))
        return fail(ErrorKind::Config, "TLS to Redis is not spoken; put a tunnel such as stunnel before it");
    if (!url.starts_with(kScheme))
        return fail(ErrorKind::Config, "must begin with redis://");
    std::string_view rest = url.substr(kScheme.size());
    Address address;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = rest.substr(0, at);
        if (user.find(':') != std::string_view::npos)
            return fail(ErrorKind::Config, "a password does not belong into the configuration; name where it is kept "
                                           "with `password: env:NAME`");
        address.user = user;
        rest = rest.substr(at + 1);
    }
    if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
        if (const std::string_view name = rest.substr(slash + 1); !name.empty()) {
            const auto number = numberIn(name, 1'000'000);
            if (!number)
                return fail(ErrorKind::Config, "what follows the / must be the number of a database");
            address.database = *number;
        }
        rest = rest.substr(0, slash);
    }
    if (auto read = readHost(rest, address); !read)
        return fail(read.error());
    return address;
}

} // namespace pm::redis
