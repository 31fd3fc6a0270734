// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/media_fetch.h"

#include <QUrl>

#include <algorithm>
#include <utility>

namespace pm {

namespace {

void collect(std::vector<Part> &parts, const std::string &place, std::vector<RemoteMedia> &found)
{
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string here = place + ".content[" + std::to_string(i) + "]";
        MediaSource *source = nullptr;
        if (auto *image = parts[i].as<ImagePart>())
            source = &image->source;
        else if (auto *document = parts[i].as<DocumentPart>())
            source = &document->source;
        else if (auto *result = parts[i].as<ToolResultPart>())
            collect(result->content, here, found);
        if (source && source->kind == MediaSource::Kind::Url && !source->data.starts_with("data:"))
            found.push_back({source, here});
    }
}

QString hostOf(const std::string &url)
{
    return QUrl(QString::fromStdString(url), QUrl::StrictMode).host().toLower();
}

/// "image/png; charset=x" -> "image/png".
std::string mediaTypeOf(const http::Headers &headers)
{
    const std::string_view type = headers.value("content-type");
    return std::string(type.substr(0, type.find_first_of("; \t")));
}

bool isMedia(std::string_view type)
{
    return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/")
           || type == "application/pdf" || type == "text/plain";
}

} // namespace

struct MediaFetch::Download
{
    RemoteMedia media;
    std::unique_ptr<http::UpstreamCall> call;
    http::UpstreamHead head;
    QByteArray bytes;
    bool isOpen = true;
};

std::vector<RemoteMedia> remoteMedia(ChatRequest &request)
{
    std::vector<RemoteMedia> found;
    for (std::size_t i = 0; i < request.messages.size(); ++i)
        collect(request.messages[i].parts, "messages[" + std::to_string(i) + "]", found);
    return found;
}

MediaFetch::MediaFetch(http::Upstream &upstream, const config::Media &settings)
    : m_upstream(upstream), m_settings(settings)
{
}

MediaFetch::~MediaFetch() = default;

http::UpstreamRequest MediaFetch::requestFor(const std::string &url) const
{
    http::UpstreamRequest request;
    request.method = "GET";
    request.url = url;
    request.headers = {{"accept", "image/*, application/pdf, */*;q=0.5"}, {"user-agent", "pointsman"}};
    request.timeouts.connect = std::chrono::seconds(5);
    request.timeouts.firstByte = std::chrono::seconds(10);
    request.timeouts.idle = std::chrono::seconds(10);
    request.timeouts.total = std::chrono::seconds(30);
    const std::string host = hostOf(url).toStdString();
    request.publicOnly =
        std::find(m_settings.allowHosts.begin(), m_settings.allowHosts.end(), host) == m_settings.allowHosts.end();
    return request;
}

Result<void> MediaFetch::start(std::vector<RemoteMedia> media, Done done)
{
    if (media.size() > kMost) {
        return fail(ErrorKind::NotSupported, "the request names " + std::to_string(media.size())
                                                 + " pictures or documents by URL; at most " + std::to_string(kMost)
                                                 + " are fetched for one request");
    }
    m_done = std::move(done);
    m_open = media.size();
    for (RemoteMedia &each : media) {
        auto download = std::make_unique<Download>();
        Download &own = *download;
        own.media = std::move(each);
        m_downloads.push_back(std::move(download));
        http::UpstreamCallbacks callbacks;
        callbacks.onHead = [&own](const http::UpstreamHead &head) { own.head = head; };
        callbacks.onData = [this, &own](std::string_view bytes) { take(own, bytes); };
        callbacks.onDone = [this, &own](const Result<void> &result) { finish(own, result); };
        own.call = m_upstream.start(requestFor(own.media.source->data), std::move(callbacks));
    }
    return {};
}

void MediaFetch::take(Download &download, std::string_view bytes)
{
    m_size += static_cast<std::int64_t>(bytes.size());
    if (m_size > m_settings.maxSize) {
        return finish(download, fail(ErrorKind::NotSupported, "is over media.max-size ("
                                                                  + std::to_string(m_settings.maxSize) + " bytes)"));
    }
    download.bytes.append(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

void MediaFetch::finish(Download &download, const Result<void> &result)
{
    if (!std::exchange(download.isOpen, false))
        return;
    const std::string type = mediaTypeOf(download.head.headers);
    std::string problem;
    if (!result)
        problem = result.error().message;
    else if (download.head.status < 200 || download.head.status > 299)
        problem = "answered " + std::to_string(download.head.status);
    else if (!isMedia(type))
        problem = "is \"" + type.substr(0, 80) + "\", neither picture nor document";
    if (problem.empty()) {
        MediaSource &source = *download.media.source;
        source = {MediaSource::Kind::Base64, type, download.bytes.toBase64().toStdString()};
    } else if (m_result) {
        Error error{ErrorKind::NotSupported, download.media.place + ": the URL had to be fetched for this provider, and "
                                                 + hostOf(download.media.source->data).toStdString() + " " + problem};
        error.param = download.media.place;
        m_result = fail(std::move(error));
    }
    download.bytes = {};
    download.call.reset();
    --m_open;
    settle();
}

void MediaFetch::settle()
{
    if (!m_done || (m_open > 0 && m_result))
        return;
    const Done done = std::exchange(m_done, nullptr);
    done(m_result); // may destroy us
}

} // namespace pm
