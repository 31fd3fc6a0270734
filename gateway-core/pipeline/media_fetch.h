// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "chat/chat.h"
#include "config/config.h"
#include "http/upstream.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pm {

/// A picture or document that a request names by URL, and where it stands there.
struct RemoteMedia
{
    MediaSource *source = nullptr; ///< lives in the request
    std::string place;             ///< "messages[2].content[1]", for messages
};

/// All of them, in order, those inside tool results too.
std::vector<RemoteMedia> remoteMedia(ChatRequest &request);

/// Fetches what a request names by URL and puts the bytes, as base64, in its place, for providers that take no URLs.
/// All at once, bounded in number and size, http and https only, no redirects, from public addresses only: a prompt must
/// not read the network that this machine stands in. Hosts named in `media.allow-hosts` may be anywhere. On one worker
/// thread; destroying it cancels.
class MediaFetch
{
public:
    using Done = std::function<void(Result<void>)>;

    MediaFetch(http::Upstream &upstream, const config::Media &settings);
    ~MediaFetch();
    MediaFetch(const MediaFetch &) = delete;
    MediaFetch &operator=(const MediaFetch &) = delete;

    /// Calls `done` once, never before it returns; the sources are filled then. `done` may destroy this. Errors, of both:
    /// NotSupported, naming the place and the reason.
    Result<void> start(std::vector<RemoteMedia> media, Done done);

    static constexpr std::size_t kMost = 32;

private:
    struct Download;

    http::UpstreamRequest requestFor(const std::string &url) const;
    void take(Download &download, std::string_view bytes);
    void finish(Download &download, const Result<void> &result);
    void settle();

    http::Upstream &m_upstream;
    const config::Media &m_settings;
    std::vector<std::unique_ptr<Download>> m_downloads;
    std::size_t m_open = 0; ///< downloads under way
    std::int64_t m_size = 0; ///< bytes of all together
    Result<void> m_result;   ///< the first failure
    Done m_done;
};

} // namespace pm
