// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat_fields.h"

#include "base/json.h"
#include "dialects/openai_chat_write.h"
#include "dialects/shared/media.h"

// Content parts of requests.
namespace pm::openai {

namespace {

Failure refused(const std::string &at, std::string_view why)
{
    Error error{ErrorKind::NotSupported, at + ": " + std::string(why)};
    error.param = at;
    return fail(std::move(error));
}

Result<void> writeImage(json::Writer &out, const ImagePart &image, const std::string &at)
{
    if (image.source.kind == MediaSource::Kind::FileId)
        return refused(at, "a file id is known to its own provider only; send the image itself or its URL");
    out.beginObject();
    out.member("type", "image_url");
    out.key("image_url");
    out.beginObject();
    out.key("url");
    shared::writeUrl(out, image.source, "image/png");
    if (!image.detail.empty())
        out.member("detail", image.detail);
    out.endObject();
    out.endObject();
    return {};
}

Result<void> writeDocument(json::Writer &out, const DocumentPart &document, const std::string &at)
{
    switch (document.source.kind) {
    case MediaSource::Kind::Text:
        writeTextPart(out, document.title.empty() ? document.source.data
                                                  : document.title + "\n\n" + document.source.data);
        return {};
    case MediaSource::Kind::Url:
        return refused(
            at, "a document by URL cannot be sent to this provider; send the document itself as base64");
    case MediaSource::Kind::FileId:
        return refused(at, "a file id is known to its own provider only; send the document itself");
    case MediaSource::Kind::Base64:
        break;
    }
    out.beginObject();
    out.member("type", "file");
    out.key("file");
    out.beginObject();
    out.member("filename", document.title.empty() ? std::string("document.pdf") : document.title);
    out.key("file_data");
    shared::writeUrl(out, document.source, "application/pdf");
    out.endObject();
    out.endObject();
    return {};
}

} // namespace

bool isMedia(const Part &part)
{
    const auto *document = part.as<DocumentPart>();
    return part.as<ImagePart>() || part.as<AudioPart>() ||
           (document && document->source.kind != MediaSource::Kind::Text);
}

void writeTextPart(json::Writer &out, std::string_view text)
{
    out.beginObject();
    out.member("type", "text");
    out.member("text", text);
    out.endObject();
}

Result<void> writePart(json::Writer &out, const Part &part, const std::string &at)
{
    if (const auto *words = part.as<TextPart>()) {
        writeTextPart(out, words->text);
    } else if (const auto *picture = part.as<ImagePart>()) {
        return writeImage(out, *picture, at);
    } else if (const auto *file = part.as<DocumentPart>()) {
        return writeDocument(out, *file, at);
    } else if (const auto *audio = part.as<AudioPart>()) {
        out.beginObject();
        out.member("type", "input_audio");
        out.key("input_audio");
        out.beginObject();
        out.member("data", audio->data);
        out.member("format", audio->format);
        out.endObject();
        out.endObject();
    } else if (const auto *refusal = part.as<RefusalPart>()) {
        writeTextPart(out, refusal->text);
    }
    return {};
}

Result<void> writeParts(json::Writer &out, const std::vector<const Part *> &list, const std::string &at)
{
    out.beginArray();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (auto written = writePart(out, *list[i], place(at, i)); !written)
            return written;
    }
    out.endArray();
    return {};
}

} // namespace pm::openai
