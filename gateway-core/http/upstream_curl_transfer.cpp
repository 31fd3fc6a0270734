// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/upstream_curl_transfer.h"

#include "http/public_address.h"
#include "http/upstream_curl_multi.h"

#include <algorithm>

namespace pm::http {

namespace {

using std::chrono::steady_clock;

long long microsBetween(Transfer::Time from, Transfer::Time to)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

/// A limit of 0 or less is no limit.
Transfer::Time after(Transfer::Time begin, std::chrono::milliseconds limit)
{
    return limit.count() > 0 ? begin + limit : Transfer::Time::max();
}

} // namespace

Transfer::Transfer(CurlMulti &multi, const TransferSettings &settings)
    : m_multi(multi)
    , m_easy(curl_easy_init())
{
    setConstantOptions(settings);
}

Transfer::~Transfer()
{
    curl_easy_cleanup(m_easy);
}

void Transfer::setConstantOptions(const TransferSettings &settings)
{
    const auto set = [this](CURLoption option, auto value) { curl_easy_setopt(m_easy, option, value); };
    set(CURLOPT_PRIVATE, static_cast<void *>(this));
    set(CURLOPT_ERRORBUFFER, m_detail.data());
    set(CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
    set(CURLOPT_HEADERDATA, static_cast<void *>(this));
    set(CURLOPT_WRITEFUNCTION, &Transfer::onBody);
    set(CURLOPT_WRITEDATA, static_cast<void *>(this));
    set(CURLOPT_SHARE, settings.share);
    openAndCloseThrough(m_easy, *settings.sockets);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_ACCEPT_ENCODING, ""); // everything this libcurl can undo
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!settings.caFile.empty())
        set(CURLOPT_CAINFO, settings.caFile.c_str());
    set(CURLOPT_NOPROXY, settings.noProxy.c_str());
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE)); // the keys are not for the proxy
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    // A cancelled lookup is left to its thread. Waiting for it would stop the worker's event loop.
    set(CURLOPT_QUICK_EXIT, 1L);
}

std::unique_ptr<UpstreamCall> Transfer::begin(UpstreamRequest request, UpstreamCallbacks callbacks)
{
    m_request = std::move(request);
    m_callbacks = std::move(callbacks);
    m_start = m_lastPiece = steady_clock::now();
    configure();
    auto call = std::make_unique<CurlCall>(*this);
    m_call = call.get();
    return call;
}

void Transfer::configure()
{
    const std::string_view place = placeOf(m_request.url);
    if (place.empty()) {
        m_defect = Error{.kind = ErrorKind::Config,
                         .message = "the provider's address is not an http or https URL; check its base-url"};
        return;
    }
    if (auto filled = m_lines.fill(m_request); !filled) {
        m_defect = filled.error();
        return;
    }
    m_secure = m_request.url[4] == 's' || m_request.url[4] == 'S';
    curl_easy_setopt(m_easy, CURLOPT_URL, m_request.url.c_str());
    curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_lines.list());
    curl_easy_setopt(
        m_easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::max(m_request.timeouts.connect, std::chrono::milliseconds(0)).count()));
    // Waiting to share a connection pays for HTTP/2. Without TLS it would hold all calls to a slow host back
    // until the first one's answer shows that the host speaks HTTP/1.
    curl_easy_setopt(m_easy, CURLOPT_HTTP_VERSION,
                     static_cast<long>(m_secure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(m_easy, CURLOPT_PIPEWAIT, m_secure ? 1L : 0L);
    curl_easy_setopt(m_easy, CURLOPT_PREREQFUNCTION, m_request.publicOnly ? &Transfer::mayAsk : nullptr);
    curl_easy_setopt(m_easy, CURLOPT_PROXY, m_request.publicOnly ? "" : nullptr); // null: as the environment says
    configureBody();
}

int Transfer::mayAsk(void *, char *address, char *, int, int)
{
    return isPublicAddress(address) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

void Transfer::configureBody()
{
    const bool noBody = m_request.body.isEmpty();
    const char *custom = nullptr;
    if (m_request.method == "HEAD") {
        curl_easy_setopt(m_easy, CURLOPT_NOBODY, 1L);
    } else if (noBody && m_request.method != "POST") {
        curl_easy_setopt(m_easy, CURLOPT_HTTPGET, 1L);
        custom = m_request.method == "GET" ? nullptr : m_request.method.c_str();
    } else {
        // Not copied: m_request keeps it until the end, also for a second try on a fresh connection.
        curl_easy_setopt(m_easy, CURLOPT_POST, 1L);
        curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(m_request.body.size()));
        curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, noBody ? "" : m_request.body.constData());
        custom = m_request.method == "POST" ? nullptr : m_request.method.c_str();
    }
    curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, custom);
}

UpstreamCallbacks Transfer::end()
{
    if (m_call) {
        m_total = microsBetween(m_start, steady_clock::now());
        m_call->m_phases = phases();
        m_call->m_received = m_received;
        m_call->m_transfer = nullptr;
        m_call = nullptr;
    }
    UpstreamCallbacks callbacks = std::move(m_callbacks);
    m_callbacks = {};
    m_lines.wipe();
    m_request = {};
    m_defect.reset();
    m_detail[0] = '\0';
    m_head = {};
    m_headBytes = 0;
    m_headSeen = m_headTooLarge = m_paused = m_stopped = false;
    m_received = 0;
    m_firstByte = {};
    m_total = -1;
    return callbacks;
}

void Transfer::pause()
{
    if (m_paused)
        return;
    m_paused = true; // the next piece makes onBody tell libcurl, which keeps that piece and reads no further
    m_pausedAt = steady_clock::now();
}

void Transfer::resume()
{
    if (!m_paused)
        return;
    m_paused = false;
    m_lastPiece += steady_clock::now() - m_pausedAt;
    m_multi.watch(deadline());
    if (m_stopped)
        m_multi.deliver(*this);
}

void Transfer::deliver()
{
    if (m_paused || !m_stopped)
        return;
    m_stopped = false;
    if (const CURLcode code = curl_easy_pause(m_easy, CURLPAUSE_CONT); code != CURLE_OK && !isCancelled())
        m_defect = outcome(code).error();
}

void Transfer::cancel()
{
    m_call = nullptr;
    m_multi.cancel(*this);
}

void Transfer::detach()
{
    if (m_call)
        m_call->m_transfer = nullptr;
    m_call = nullptr;
}

PhaseTimes Transfer::phases() const
{
    const auto at = [this](CURLINFO info) {
        curl_off_t micros = 0;
        curl_easy_getinfo(m_easy, info, &micros);
        return micros > 0 ? static_cast<long long>(micros) : -1LL;
    };
    PhaseTimes times;
    times.total = m_total;
    if (state == State::Waiting)
        return times;
    times.sent = at(CURLINFO_PRETRANSFER_TIME_T);
    long connects = 0;
    curl_easy_getinfo(m_easy, CURLINFO_NUM_CONNECTS, &connects);
    times.reused = times.sent >= 0 && connects == 0;
    times.dns = times.reused ? 0 : at(CURLINFO_NAMELOOKUP_TIME_T);
    times.connect = times.reused ? 0 : at(CURLINFO_CONNECT_TIME_T);
    if (m_secure)
        times.tls = times.reused ? 0 : at(CURLINFO_APPCONNECT_TIME_T);
    if (m_firstByte != Time{})
        times.firstByte = microsBetween(m_start, m_firstByte);
    return times;
}

Result<void> Transfer::outcome(CURLcode code) const
{
    if (code == CURLE_OK)
        return {};
    const std::string_view place = placeOf(m_request.url);
    if (m_headTooLarge) {
        return fail(ErrorKind::UpstreamBroken, std::string(place) + " sent more than " +
                                                   std::to_string(kMaxBytesOfHead) +
                                                   " bytes of header fields");
    }
    FailureFacts facts{.code = code,
                       .place = place,
                       .detail = m_detail.data(),
                       .headSeen = m_headSeen,
                       .received = m_received,
                       .connectTimeout = m_request.timeouts.connect};
    curl_easy_getinfo(m_easy, CURLINFO_OS_ERRNO, &facts.osError);
    return fail(describeFailure(facts));
}

Transfer::Time Transfer::deadline() const
{
    const Time total = after(m_start, m_request.timeouts.total);
    if (m_paused)
        return total;
    const auto limit = m_received > 0 ? m_request.timeouts.idle : m_request.timeouts.firstByte;
    return std::min(total, after(m_lastPiece, limit));
}

std::optional<Error> Transfer::expired(Time now) const
{
    const UpstreamTimeouts &limits = m_request.timeouts;
    const std::string_view place = placeOf(m_request.url);
    if (now >= after(m_start, limits.total))
        return describeTimeout(TimeoutPhase::Total, place, limits.total);
    if (m_paused)
        return std::nullopt;
    if (m_received > 0 && now >= after(m_lastPiece, limits.idle))
        return describeTimeout(TimeoutPhase::Idle, place, limits.idle);
    if (m_received == 0 && now >= after(m_lastPiece, limits.firstByte))
        return describeTimeout(TimeoutPhase::FirstByte, place, limits.firstByte);
    return std::nullopt;
}

} // namespace pm::http
