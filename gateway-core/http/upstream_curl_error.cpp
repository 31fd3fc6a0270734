// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_error.h"

#include "http/http.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace pm::http {

namespace {

std::string in(std::chrono::milliseconds limit)
{
    return std::to_string(limit.count()) + " ms";
}

std::string reasonOf(long osError)
{
    return std::system_category().message(static_cast<int>(osError));
}

Error connectFailed(std::string message)
{
    return {.kind = ErrorKind::ConnectFailed, .message = std::move(message)};
}

Error broken(std::string message)
{
    return {.kind = ErrorKind::UpstreamBroken, .message = std::move(message)};
}

Error connectError(const FailureFacts &facts, const std::string &place)
{
    switch (facts.osError) {
    case ECONNREFUSED:
        return connectFailed("connect to " + place + " refused; nothing listens there");
    case 0:
        return connectFailed("connect to " + place + " failed");
    default:
        return connectFailed("connect to " + place + " failed: " + reasonOf(facts.osError));
    }
}

/// The part of libcurl's sentence that says why: without "SSL certificate problem: " and OpenSSL's number
/// block
/// ("error:0A00010B:SSL routines::wrong version number").
std::string tlsCause(std::string_view detail)
{
    constexpr std::string_view kCertificate = "SSL certificate problem: ";
    if (detail.substr(0, kCertificate.size()) == kCertificate)
        detail.remove_prefix(kCertificate.size());
    if (const std::size_t block = detail.find("error:"); block != std::string_view::npos) {
        if (const std::size_t reason = detail.rfind("::"); reason != std::string_view::npos && reason > block)
            detail = detail.substr(reason + 2);
    }
    return detail.empty() ? "the handshake failed" : std::string(detail);
}

Error tlsError(const FailureFacts &facts, const std::string &place)
{
    if (facts.code == CURLE_PEER_FAILED_VERIFICATION) {
        return connectFailed("TLS certificate of " + place + " is not trusted: " + tlsCause(facts.detail) +
                             "; check the address, or add its root to the system's certificates");
    }
    return connectFailed("TLS with " + place + " failed: " + tlsCause(facts.detail));
}

Error readError(const FailureFacts &facts, const std::string &place)
{
    const std::string how = facts.osError == ECONNRESET || facts.osError == EPIPE ? " reset the connection"
                                                                                  : " closed the connection";
    if (!facts.headSeen)
        return broken(place + how + " before it had answered");
    return broken(place + how + " after " + std::to_string(facts.received) +
                  " bytes of the body, before its end");
}

} // namespace

Error describeFailure(const FailureFacts &facts)
{
    const std::string place(facts.place);
    switch (facts.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return connectFailed("cannot find the host of " + place + "; check its spelling and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
        return connectFailed("cannot find the proxy on the way to " + place +
                             "; check http_proxy and https_proxy in the environment");
    case CURLE_COULDNT_CONNECT:
        return connectError(facts, place);
    case CURLE_PROXY:
        return connectFailed("the proxy on the way to " + place + " refused: " + std::string(facts.detail));
    case CURLE_OPERATION_TIMEDOUT: // the only timeout that libcurl keeps for us
        return {.kind = ErrorKind::UpstreamTimeout,
                .message = "connect to " + place + " was not done within " + in(facts.connectTimeout) +
                           " (connect timeout)"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return tlsError(facts, place);
    case CURLE_ABORTED_BY_CALLBACK: // only calls to public addresses can be
        return connectFailed(place + " stands at an address that is not public");
    case CURLE_URL_MALFORMAT:
        return {.kind = ErrorKind::Config, .message = "the address of " + place + " is not a valid URL"};
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return readError(facts, place);
    case CURLE_UNSUPPORTED_PROTOCOL: // an answer without status line counts as HTTP/0.9, which is not allowed
    case CURLE_WEIRD_SERVER_REPLY:
        return broken(place + " did not answer in HTTP; check that the address is an API's");
    case CURLE_BAD_CONTENT_ENCODING:
        return broken(place + " sent a body whose content-encoding cannot be undone");
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return broken(place + " ended the HTTP/2 stream with an error after " +
                      std::to_string(facts.received) + " bytes of the body");
    default:
        return broken("the call to " + place + " failed: " + curl_easy_strerror(facts.code));
    }
}

Error describeTimeout(TimeoutPhase phase, std::string_view place, std::chrono::milliseconds limit)
{
    std::string message(place);
    switch (phase) {
    case TimeoutPhase::FirstByte:
        message += " sent no byte of its body within " + in(limit) + " (first-byte timeout)";
        break;
    case TimeoutPhase::Idle:
        message += " fell silent for " + in(limit) + " in the middle of its answer (idle timeout)";
        break;
    case TimeoutPhase::Total:
        message += " had not finished after " + in(limit) + " (total timeout)";
        break;
    }
    return {.kind = ErrorKind::UpstreamTimeout, .message = std::move(message)};
}

std::string_view placeOf(std::string_view url)
{
    constexpr std::string_view kMark = "://";
    const std::size_t mark = url.find(kMark);
    if (mark == std::string_view::npos)
        return {};
    const std::string_view scheme = url.substr(0, mark);
    if (!equalsIgnoreCase(scheme, "http") && !equalsIgnoreCase(scheme, "https"))
        return {};
    std::string_view place = url.substr(mark + kMark.size());
    place = place.substr(0, place.find_first_of("/?#"));
    if (const std::size_t user = place.rfind('@'); user != std::string_view::npos)
        place.remove_prefix(user + 1);
    return place;
}

} // namespace pm::http
