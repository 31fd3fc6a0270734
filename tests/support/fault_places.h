// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/faults.h"
#include "support/local_http.h"

#include <QSslServer>

#include <string>

namespace pm::test {

/// Where providers that cannot be reached seem to be. Answers on the event loop of the test's thread.
class FaultPlaces
{
public:
    FaultPlaces();

    /// The address of `place` up to the path, without a slash at its end; `server` is that of Place::Server.
    std::string address(Place place, const std::string &server) const;
    /// What is missing on this machine for the places to be what they should; empty: nothing.
    const std::string &problem() const { return m_problem; }

private:
    QTcpSocket m_bound; ///< holds a port on which nobody listens
    LocalHttp m_plain;
    QSslServer m_unsigned;
    std::string m_problem;
};

} // namespace pm::test
