// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream_curl_error.h"
#include "http/upstream_curl_headers.h"
#include "http/upstream_curl_sockets.h"

#include <array>
#include <optional>

namespace pm::http {

class CurlMulti;
class Transfer;

/// What the caller of CurlUpstream::start holds. Outlives its transfer: once that is done it keeps the
/// figures.
class CurlCall final : public UpstreamCall
{
public:
    explicit CurlCall(Transfer &transfer)
        : m_transfer(&transfer)
    {
    }
    CurlCall(const CurlCall &) = delete;
    CurlCall &operator=(const CurlCall &) = delete;
    ~CurlCall() override;

    void pause() override;
    void resume() override;
    PhaseTimes phases() const override;
    long long bytesReceived() const override;

private:
    friend class Transfer;

    Transfer *m_transfer; // null once the transfer is done, or its CurlUpstream gone
    PhaseTimes m_phases;
    long long m_received = 0;
};

/// What all transfers of one CurlUpstream have in common.
struct TransferSettings
{
    CURLSH *share = nullptr; ///< TLS sessions
    SocketWatch *sockets = nullptr;
    std::string caFile;
    std::string noProxy; ///< hosts never reached through a proxy: the environment's and loopback
};

/// One request on one easy handle, and its callbacks. CurlMulti owns it and uses it again for other requests.
/// The callbacks live here and not in the call, because a callback may destroy the call it came from.
class Transfer
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t kMaxBytesOfHead = 64 * 1024;

    /// Where the transfer stands; CurlMulti's to change.
    enum class State {
        Idle,    ///< in the pool
        Waiting, ///< begun, not yet given to libcurl
        Running, ///< libcurl has it
    };

    Transfer(CurlMulti &multi, const TransferSettings &settings);
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;
    ~Transfer();

    std::unique_ptr<UpstreamCall> begin(UpstreamRequest request, UpstreamCallbacks callbacks);
    /// Ends the request: the call keeps the figures and loses the transfer, everything of the request is let
    /// go and wiped. Returns the callbacks; the caller calls onDone, or nothing when the call was destroyed.
    UpstreamCallbacks end();

    void pause();
    void resume();
    /// Lets libcurl deliver again, which calls onData. When libcurl cannot, defect() says why.
    void deliver();

    PhaseTimes phases() const;
    long long received() const { return m_received; }
    bool isCancelled() const { return m_call == nullptr; }
    void cancel(); ///< the call was destroyed
    void detach(); ///< the CurlUpstream goes away: the call stays behind without a transfer

    /// Why the request cannot be tried, or not go on.
    const std::optional<Error> &defect() const { return m_defect; }
    Result<void> outcome(CURLcode code) const;
    /// When the next timeout of ours would be over.
    Time deadline() const;
    /// The timeout that is over at `now`, if one is.
    std::optional<Error> expired(Time now) const;

    CURL *easy() const { return m_easy; }

    State state = State::Idle;
    std::size_t liveIndex = 0; ///< CurlMulti's place for it

private:
    static std::size_t onHeader(char *data, std::size_t size, std::size_t count, void *self);
    /// For requests to public addresses only: the last word before one is sent, when it is known whom it would reach.
    static int mayAsk(void *self, char *address, char *localAddress, int port, int localPort);
    static std::size_t onBody(char *data, std::size_t size, std::size_t count, void *self);

    void setConstantOptions(const TransferSettings &settings);
    void configure();
    void configureBody();
    void readHeaderLine(std::string_view line);
    bool finishHead();

    CurlMulti &m_multi;
    CURL *m_easy;
    CurlCall *m_call = nullptr;
    UpstreamRequest m_request;
    UpstreamCallbacks m_callbacks;
    HeaderLines m_lines;
    std::optional<Error> m_defect;
    std::array<char, CURL_ERROR_SIZE> m_detail{};
    UpstreamHead m_head;
    std::size_t m_headBytes = 0;
    bool m_headSeen = false;
    bool m_headTooLarge = false;
    bool m_secure = false;
    bool m_paused = false;  // the caller wants no data
    bool m_stopped = false; // libcurl was told so
    long long m_received = 0;
    Time m_start;
    Time m_firstByte; // epoch when not yet
    Time m_lastPiece; // the start, then the last piece of the body; what first-byte and idle count from
    Time m_pausedAt;
    long long m_total = -1;
};

} // namespace pm::http
