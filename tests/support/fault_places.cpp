// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fault_places.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>

namespace pm::test {

namespace {

// Made for this test, signed by itself, trusted by nobody: openssl req -x509 -newkey ec -nodes -days 36500
constexpr char kKey[] = R"(
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFX29QBIrZSPkSpAG
f6oXAg/ZLNE2geNqoNqtjp85MAShRANCAAS43IhD6PMVynq4HBN5Jw470q9SQNvz
FpS7woBPf5cgPwOgmTjo9Z7SPVAEpMJOq9nEeCxVRKa1fvr+IaUVq4Yg
-----END PRIVATE KEY-----
)";
constexpr char kCertificate[] = R"(
-----BEGIN CERTIFICATE-----
MIIBmjCCAUCgAwIBAgIUYhLgvppBV+Uv0joOM4gLL539dDowCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOcG9pbnRzbWFuIHRlc3QwIBcNMjYxMTI3MTkzNzM4WhgPMjEy
NjExMDMxOTM3MzhaMBkxFzAVBgNVBAMMDnBvaW50c21hbiB0ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEuNyIQ+jzFcp6uBwTeScOO9KvUkDb8xaUu8KAT3+X
ID8DoJk46PWe0j1QBKTCTqvZxHgsVUSmtX76/iGlFauGIKNkMGIwHQYDVR0OBBYE
FIXfMfI7Eu/8mF9Ke4oBWMIRARTVMB8GA1UdIwQYMBaAFIXfMfI7Eu/8mF9Ke4oB
WMIRARTVMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAKBggqhkjO
PQQDAgNIADBFAiB6Axzj7sNv+YltZvZfFpjLp74w90G/Pa0ZoRGkIdxsxgIhAMY5
AYhto8JFAbnm4Ia619wL44RWJ+6AmEIRVTaSxpXy
-----END CERTIFICATE-----
)";

/// Over the 253 characters that a name may have.
std::string tooLongName()
{
    std::string name;
    for (int i = 0; i < 5; ++i)
        name += std::string(60, 'n') + ".";
    return name + "invalid";
}

} // namespace

FaultPlaces::FaultPlaces()
{
    if (!m_bound.bind(QHostAddress::LocalHost, 0))
        m_problem = "no free port on loopback";
    m_plain.answers("this port speaks plain HTTP", 400);
    if (!QSslSocket::supportsSsl())
        m_problem = "Qt has no TLS here (package libqt6network6, plugin tls/libqopensslbackend.so)";
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setPrivateKey(QSslKey(QByteArray(kKey).trimmed(), QSsl::Ec));
    tls.setLocalCertificate(QSslCertificate(QByteArray(kCertificate).trimmed()));
    m_unsigned.setSslConfiguration(tls);
    if (!m_unsigned.listen(QHostAddress::LocalHost, 0))
        m_problem = "no free port on loopback";
}

std::string FaultPlaces::address(Place place, const std::string &server) const
{
    const auto at = [](const char *scheme, int port) {
        return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
    };
    switch (place) {
    case Place::NothingListens:
        return at("http", m_bound.localPort());
    case Place::UnknownName:
        return "http://" + tooLongName(); // refused before any server is asked
    case Place::TlsToPlainPort:
        return at("https", m_plain.port());
    case Place::BadCertificate:
        return at("https", m_unsigned.serverPort());
    case Place::Server:
        break;
    }
    return server;
}

} // namespace pm::test
