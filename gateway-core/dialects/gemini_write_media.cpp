// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_write.h"

#include "base/text.h"
#include "dialects/gemini_fields.h"

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

/// A "data:" URL taken apart; nothing for another URL or one that is not base64.
std::optional<MediaSource> fromDataUrl(std::string_view url)
{
    constexpr std::string_view kScheme = "data:";
    constexpr std::string_view kBase64 = ";base64,";
    const std::size_t at = url.find(kBase64);
    if (!url.starts_with(kScheme) || at == std::string_view::npos)
        return std::nullopt;
    const std::string_view mediaType = url.substr(kScheme.size(), at - kScheme.size());
    return MediaSource{MediaSource::Kind::Base64, std::string(mediaType.substr(0, mediaType.find(';'))),
                       std::string(url.substr(at + kBase64.size()))};
}

struct SniffRow
{
    std::string_view start;
    std::string_view mediaType;
};

/// By the first bytes or the end of the name, for clients that leave the media type out.
std::string_view guessed(const MediaSource &source)
{
    constexpr std::array kStarts{SniffRow{"iVBOR", "image/png"}, SniffRow{"/9j/", "image/jpeg"},
                                 SniffRow{"R0lG", "image/gif"}, SniffRow{"UklG", "image/webp"},
                                 SniffRow{"JVBER", "application/pdf"}};
    constexpr std::array kEnds{SniffRow{".png", "image/png"}, SniffRow{".jpg", "image/jpeg"},
                               SniffRow{".jpeg", "image/jpeg"}, SniffRow{".webp", "image/webp"},
                               SniffRow{".pdf", "application/pdf"}};
    if (source.kind == MediaSource::Kind::Base64) {
        for (const SniffRow &row : kStarts) {
            if (source.data.starts_with(row.start))
                return row.mediaType;
        }
    } else {
        for (const SniffRow &row : kEnds) {
            if (source.data.ends_with(row.start))
                return row.mediaType;
        }
    }
    return {};
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
    const auto unpacked = given.kind == MediaSource::Kind::Url ? fromDataUrl(given.data) : std::nullopt;
    return writeSource(out, unpacked ? *unpacked : given, image ? "the picture" : "the document");
}

} // namespace pm::gemini
