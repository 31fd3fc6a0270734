// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// The section `server`.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"server", T::Section, "", "How the gateway listens. Address, port and workers are taken over at the next start, the rest at once."},
    {"server.address", T::Address, "127.0.0.1",
     "IP address to listen on. Others than loopback need `client-keys`."},
    {"server.port", T::Integer, "8080", "TCP port; 0 picks a free one.", "", 0, 65535},
    {"server.workers", T::Integer, "auto", "Threads that serve requests; auto is half the cores.", "auto", 0,
     256},
    {"server.max-body", T::Size, "64MiB", "Largest request body; larger ones get 413.", "", 1024, 4 * kGiB},
    {"server.max-connections", T::Integer, "1024", "Client connections at one time.", "", 1, 1'000'000},
    {"server.allowed-hosts", T::List, "[]", "Host names accepted besides loopback and the address."},
    {"server.allowed-hosts.[]", T::Text, "", "A host name, without port."},
    {"server.allowed-origins", T::List, "[]", "Web origins that may call; pages of others are refused."},
    {"server.allowed-origins.[]", T::Url, "", "An origin such as https://app.example."},
    {"server.client-keys", T::List, "[]", "Who may call. Empty: everyone on this machine."},
    {"server.client-keys.[]", T::Section, "", "One caller."},
    {.path = "server.client-keys.[].name", .type = T::Text, .sense = "Name in traces.", .isRequired = true},
    {.path = "server.client-keys.[].key",
     .type = T::KeyReference,
     .sense = "Where the caller's key is kept.",
     .isRequired = true},
    {"server.client-keys.[].routers", T::List, "[]", "Routers this caller may use; empty: all."},
    {"server.client-keys.[].routers.[]", T::Router, "", "Router name."},
    {"server.tls", T::Elsewhere, "", "Pointsman speaks plain HTTP; for TLS put a reverse proxy before it"},
    {"server.shutdown-timeout", T::Elsewhere, "", "running requests are given a fixed time to end"},
};

} // namespace

std::span<const Key> serverKeys()
{
    return kKeys;
}

} // namespace pm::config
