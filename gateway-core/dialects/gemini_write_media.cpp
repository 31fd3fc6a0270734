// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_write.h"

#include "base/text.h"
#include "dialects/gemini_fields.h"
#include "dialects/shared/media.h"

#include <algorithm>
#include <array>

namespace pm::gemini {

namespace {

Failure notTaken(std::string what)
{
    Error error{ErrorKind::NotSupported, "messages: " + std::move(what)};
    error.param = "messages";
    return fail(std::move(error));
}

/// By the first bytes or the end of the name, for clients that leave the media type out.
std::string_view guessed(const MediaSource &source)
{
    struct Row
    {
        std::string_view end;
        std::string_view mediaType;
    };
    constexpr std::array kEnds{Row{".png", "image/png"}, Row{".jpg", "image/jpeg"}, Row{".jpeg", "image/jpeg"},
                               Row{".webp", "image/webp"}, Row{".pdf", "application/pdf"}};
    if (source.kind == MediaSource::Kind::Base64)
        return shared::sniffedMediaType(source.data);
    const auto row = std::find_if(kEnds.begin(), kEnds.end(), [&](const Row &each) { return source.data.ends_with(each.end); });
    return row == kEnds.end() ? std::string_view() : row->mediaType;
}

void writeInline(json::Writer &out, std::string_view mediaType, std::string_view data)
{
    out.beginObject();
    out.key("inlineData");
    out.beginObject();
    out.member("mimeType", mediaType);
    out.member("data", data);
    out.endObject();
    out.endObject();
}

void writeFile(json::Writer &out, std::string_view mediaType, std::string_view uri)
{
    out.beginObject();
    out.key("fileData");
    out.beginObject();
    if (!mediaType.empty())
        out.member("mimeType", mediaType);
    out.member("fileUri", uri);
    out.endObject();
    out.endObject();
}

Result<void> writeSource(json::Writer &out, const MediaSource &source, std::string_view what)
{
    std::string mediaType = source.mediaType.empty() ? std::string(guessed(source)) : source.mediaType;
    if (mediaType == "image/jpg")
        mediaType = "image/jpeg";
    if (source.kind == MediaSource::Kind::Base64) {
        if (mediaType.empty())
            return notTaken("the media type of " + std::string(what) + " is not known; name it");
        writeInline(out, mediaType, source.data);
        return {};
    }
    if (source.kind == MediaSource::Kind::FileId && source.data.starts_with("files/"))
        writeFile(out, mediaType, "https://generativelanguage.googleapis.com/v1beta/" + source.data);
    else if (isGoogleHosted(source.data))
        writeFile(out, mediaType, source.data);
    else if (source.kind == MediaSource::Kind::Url)
        return notTaken(std::string(what) + " at \"" + std::string(clipUtf8(source.data, 100)) +
                        "\": Gemini does not fetch from there; send its content as base64");
    else
        return notTaken("the file \"" + std::string(clipUtf8(source.data, 100)) +
                        "\" is stored with another provider; send its content instead");
    return {};
}

} // namespace

Result<void> writeMedia(json::Writer &out, const Part &part)
{
    if (const auto *audio = part.as<AudioPart>()) {
        writeInline(out, "audio/" + (audio->format.empty() ? std::string("wav") : audio->format), audio->data);
        return {};
    }
    const auto *image = part.as<ImagePart>();
    const auto *document = part.as<DocumentPart>();
    if (!image && !document)
        return notTaken("a part that the Gemini format has no place for");
    const MediaSource &given = image ? image->source : document->source;
    const auto unpacked = given.kind == MediaSource::Kind::Url ? shared::fromDataUrl(given.data) : std::nullopt;
    return writeSource(out, unpacked ? *unpacked : given, image ? "the picture" : "the document");
}

} // namespace pm::gemini
