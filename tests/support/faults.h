// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "support/fake_upstream.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The ways in which a provider fails, each as it looks on the wire.
namespace pm::test {

struct Wire;

/// What the gateway owes the client.
enum class Owed {
    NextTarget,   ///< no content came: another target answers, the client sees nothing of it
    VisibleBreak, ///< content came: the client sees that the answer broke, nobody else is asked
    ClientsError, ///< the request is at fault: it goes back to the client, nobody else is asked
    Answer,       ///< unusual, but an answer
};

/// Where the provider stands, or seems to.
enum class Place {
    Server,         ///< a server that does what the fault says
    NothingListens, ///< the connection is refused
    UnknownName,    ///< its name cannot be resolved
    TlsToPlainPort, ///< https, and the port speaks plain HTTP
    BadCertificate, ///< https with a certificate that nobody signed
};

struct Fault
{
    std::string_view name;
    std::string_view sense;       ///< what happens, for the page
    std::optional<Owed> whole;    ///< nothing: there is no such thing in answers that are no streams
    std::optional<Owed> streamed; ///< the same in streams
    std::function<Scenario(const Wire &, bool stream)> play; ///< for Place::Server
    Place place = Place::Server;
    bool isSlow = false;       ///< shows only when a timeout is over
    bool isOpenAiOnly = false; ///< says nothing of other formats' streams
};

const std::vector<Fault> &faults();

} // namespace pm::test
