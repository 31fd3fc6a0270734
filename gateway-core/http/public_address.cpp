// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/public_address.h"

#include <QHostAddress>

#include <algorithm>
#include <array>
#include <cstdint>

namespace pm::http {

namespace {

struct Range4
{
    std::uint32_t address;
    int bits;
};

/// Not to be reached from outside, or not a single host (IANA IPv4 Special-Purpose Address Registry, RFC 6890).
constexpr std::array kSpecial4{
    Range4{0x00000000, 8},  // 0.0.0.0/8, this network
    Range4{0x0A000000, 8},  // 10/8
    Range4{0x64400000, 10}, // 100.64/10, shared by carriers
    Range4{0x7F000000, 8},  // 127/8
    Range4{0xA9FE0000, 16}, // 169.254/16, link-local: cloud metadata services
    Range4{0xAC100000, 12}, // 172.16/12
    Range4{0xC0000000, 24}, // 192.0.0/24
    Range4{0xC0000200, 24}, // documentation
    Range4{0xC0A80000, 16}, // 192.168/16
    Range4{0xC6120000, 15}, // 198.18/15, benchmarks
    Range4{0xC6336400, 24}, // documentation
    Range4{0xCB007100, 24}, // documentation
    Range4{0xE0000000, 3},  // multicast, reserved, broadcast
};

bool isPublic4(std::uint32_t address)
{
    return std::none_of(kSpecial4.begin(), kSpecial4.end(), [address](const Range4 &range) {
        const std::uint32_t mask = ~std::uint32_t(0) << (32 - range.bits);
        return (address & mask) == range.address;
    });
}

std::uint32_t lastFour(const Q_IPV6ADDR &address)
{
    return std::uint32_t(address[12]) << 24 | std::uint32_t(address[13]) << 16 | std::uint32_t(address[14]) << 8
           | std::uint32_t(address[15]);
}

bool isPublic6(const Q_IPV6ADDR &address)
{
    const auto starts = [&](std::initializer_list<int> bytes) {
        return std::equal(bytes.begin(), bytes.end(), address.c);
    };
    if (starts({0, 0x64, 0xFF, 0x9B})) // 64:ff9b::/96, NAT64: what it stands for counts
        return isPublic4(lastFour(address));
    const bool isDocumentation = starts({0x20, 0x01, 0x0D, 0xB8});
    const bool isTunnel = starts({0x20, 0x02}) || starts({0x20, 0x01, 0, 0}); // 6to4, Teredo: may lead inside
    return (address[0] & 0xE0) == 0x20 && !isDocumentation && !isTunnel;      // 2000::/3 is all there is in use
}

} // namespace

bool isPublicAddress(std::string_view ip)
{
    QHostAddress address;
    if (!address.setAddress(QString::fromUtf8(ip.data(), static_cast<qsizetype>(ip.size()))))
        return false;
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4); // also for ::ffff:a.b.c.d
    return isV4 ? isPublic4(v4) : isPublic6(address.toIPv6Address());
}

} // namespace pm::http
