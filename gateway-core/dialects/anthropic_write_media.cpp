// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_write.h"

#include <QByteArray>

#include <array>

namespace pm::anthropic {

namespace {

Failure notTaken(std::string what)
{
    Error error;
    error.kind = ErrorKind::NotSupported;
    error.param = "messages";
    error.message = "messages: " + std::move(what);
    return fail(std::move(error));
}

/// A "data:" URL taken apart; nothing for another URL or one that is not base64.
std::optional<MediaSource> fromDataUrl(std::string_view url)
{
    constexpr std::string_view kScheme = "data:";
    constexpr std::string_view kBase64 = ";base64,";
    const std::size_t at = url.find(kBase64);
    if (url.substr(0, kScheme.size()) != kScheme || at == std::string_view::npos)
        return std::nullopt;
    const std::string_view mediaType = url.substr(kScheme.size(), at - kScheme.size());
    return MediaSource{MediaSource::Kind::Base64, std::string(mediaType.substr(0, mediaType.find(';'))),
                       std::string(url.substr(at + kBase64.size()))};
}

/// The media type that the first bytes show; for clients that leave it out.
std::string_view sniffed(std::string_view base64)
{
    struct Row
    {
        std::string_view start;
        std::string_view mediaType;
    };
    constexpr std::array kStarts{Row{"iVBOR", "image/png"}, Row{"/9j/", "image/jpeg"},
                                 Row{"R0lG", "image/gif"}, Row{"UklG", "image/webp"},
                                 Row{"JVBER", "application/pdf"}};
    for (const Row &row : kStarts) {
        if (base64.substr(0, row.start.size()) == row.start)
            return row.mediaType;
    }
    return {};
}

std::string mediaTypeOf(const MediaSource &source)
{
    if (source.mediaType == "image/jpg")
        return "image/jpeg";
    return source.mediaType.empty() ? std::string(sniffed(source.data)) : source.mediaType;
}

bool isText(std::string_view mediaType)
{
    return mediaType.substr(0, 5) == "text/" || mediaType == "application/json";
}

void writeSource(json::Writer &out, std::string_view type, std::string_view mediaType,
                 std::string_view member, std::string_view data)
{
    out.key("source");
    out.beginObject();
    out.member("type", type);
    if (!mediaType.empty())
        out.member("media_type", mediaType);
    out.member(member, data);
    out.endObject();
}

/// Writes the sources that pictures and documents share. Error: a file that another provider holds.
Result<void> writeReference(json::Writer &out, const MediaSource &source, const TargetTraits &target)
{
    if (source.kind == MediaSource::Kind::Url) {
        writeSource(out, "url", {}, "url", source.data);
        return {};
    }
    if (target.family != "anthropic" || source.data.rfind("file_", 0) != 0)
        return notTaken("the file '" + std::string(clipUtf8(source.data, 100)) +
                        "' is stored with another provider; send its content instead");
    writeSource(out, "file", {}, "file_id", source.data);
    return {};
}

void writeMarkAndEnd(json::Writer &out, const std::optional<CacheMark> &mark)
{
    if (mark)
        writeCacheMark(out, *mark);
    out.endObject();
}

Result<void> writeDocumentSource(json::Writer &out, const MediaSource &source, const TargetTraits &target)
{
    if (source.kind == MediaSource::Kind::Text) {
        writeSource(out, "text", "text/plain", "data", source.data);
        return {};
    }
    if (source.kind != MediaSource::Kind::Base64)
        return writeReference(out, source, target);
    const std::string mediaType = mediaTypeOf(source);
    if (mediaType == "application/pdf") {
        writeSource(out, "base64", mediaType, "data", source.data);
        return {};
    }
    if (!isText(mediaType))
        return notTaken("a document of type '" + std::string(clipUtf8(mediaType, 100)) +
                        "' is not taken; send application/pdf or text");
    const auto size = static_cast<int>(source.data.size());
    const QByteArray text = QByteArray::fromBase64(QByteArray(source.data.data(), size));
    writeSource(out, "text", "text/plain", "data", {text.constData(), static_cast<std::size_t>(text.size())});
    return {};
}

} // namespace

Result<void> writeImage(json::Writer &out, const ImagePart &image, const TargetTraits &target,
                        const std::optional<CacheMark> &mark)
{
    const auto unpacked =
        image.source.kind == MediaSource::Kind::Url ? fromDataUrl(image.source.data) : std::nullopt;
    const MediaSource &source = unpacked ? *unpacked : image.source;
    out.beginObject();
    out.member("type", "image");
    if (source.kind == MediaSource::Kind::Base64) {
        writeSource(out, "base64", mediaTypeOf(source), "data", source.data);
    } else if (source.kind == MediaSource::Kind::Text) {
        return notTaken("an image given as text is not taken");
    } else if (auto written = writeReference(out, source, target); !written) {
        return written;
    }
    writeMarkAndEnd(out, mark);
    return {};
}

Result<void> writeDocument(json::Writer &out, const DocumentPart &document, const TargetTraits &target,
                           const std::optional<CacheMark> &mark)
{
    const auto unpacked =
        document.source.kind == MediaSource::Kind::Url ? fromDataUrl(document.source.data) : std::nullopt;
    out.beginObject();
    out.member("type", "document");
    if (auto written = writeDocumentSource(out, unpacked ? *unpacked : document.source, target); !written)
        return written;
    if (!document.title.empty())
        out.member("title", document.title);
    writeMarkAndEnd(out, mark);
    return {};
}

} // namespace pm::anthropic
