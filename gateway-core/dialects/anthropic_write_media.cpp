// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/anthropic_fields.h"

#include "base/json.h"
#include "base/text.h"
#include "dialects/anthropic_write.h"
#include "dialects/shared/media_types.h"

#include <QByteArray>

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

std::string mediaTypeOf(const MediaSource &source)
{
    if (source.mediaType == "image/jpg")
        return "image/jpeg";
    return source.mediaType.empty() ? std::string(sniffedMediaType(source.data)) : source.mediaType;
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
