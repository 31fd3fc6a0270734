// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/bedrock_write.h"

#include "base/text.h"
#include "dialects/bedrock_fields.h"
#include "dialects/shared/media.h"

#include <QByteArray>

#include <array>

// Pictures and documents of requests: bytes, or places in S3.
namespace pm::bedrock {

namespace {

struct FormatRow
{
    std::string_view mediaType;
    std::string_view format;
};

// clang-format off
constexpr std::array kImages{
    FormatRow{"image/png",  "png"},
    FormatRow{"image/jpeg", "jpeg"},
    FormatRow{"image/gif",  "gif"},
    FormatRow{"image/webp", "webp"},
};
constexpr std::array kDocuments{
    FormatRow{"application/pdf",  "pdf"},
    FormatRow{"text/plain",       "txt"},
    FormatRow{"text/markdown",    "md"},
    FormatRow{"text/html",        "html"},
    FormatRow{"text/csv",         "csv"},
    FormatRow{"application/json", "txt"},
    FormatRow{"application/msword", "doc"},
    FormatRow{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    FormatRow{"application/vnd.ms-excel", "xls"},
    FormatRow{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
};
// clang-format on

template <typename Rows>
std::string_view formatOf(const Rows &rows, std::string_view mediaType)
{
    for (const FormatRow &row : rows) {
        if (row.mediaType == mediaType)
            return row.format;
    }
    return {};
}

/// Where `wanted` stands in the request: "messages[2].content[1]".
std::string placeOf(const ChatRequest &request, const Part &wanted)
{
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        const std::vector<Part> &parts = request.messages[i].parts;
        for (std::size_t k = 0; k < parts.size(); ++k) {
            const std::string at = place(place("messages", i) + ".content", k);
            if (&parts[k] == &wanted)
                return at;
            const auto *result = parts[k].as<ToolResultPart>();
            for (std::size_t n = 0; result && n < result->content.size(); ++n) {
                if (&result->content[n] == &wanted)
                    return place(at + ".content", n);
            }
        }
    }
    return "messages";
}

bool isS3(const MediaSource &source)
{
    return source.kind == MediaSource::Kind::Url && source.data.starts_with("s3://");
}

void writeSource(json::Writer &out, const MediaSource &source)
{
    out.key("source");
    out.beginObject();
    if (isS3(source)) {
        out.key("s3Location");
        out.beginObject();
        out.member("uri", source.data);
        out.endObject();
    } else if (source.kind == MediaSource::Kind::Text) {
        const QByteArray bytes(source.data.data(), static_cast<qsizetype>(source.data.size()));
        out.member("bytes", bytes.toBase64().toStdString());
    } else {
        out.member("bytes", source.data);
    }
    out.endObject();
}

/// Letters, digits, space, - ( ) [ ]; one space at a time.
std::string safeName(std::string_view title)
{
    constexpr std::size_t kMost = 100;
    std::string name;
    for (const char c : clipUtf8(title, kMost)) {
        const bool isAllowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                               std::string_view("-()[]").find(c) != std::string_view::npos;
        if (isAllowed)
            name += c;
        else if (!name.empty() && name.back() != ' ')
            name += ' ';
    }
    while (!name.empty() && name.back() == ' ')
        name.pop_back();
    return name.empty() ? "document" : name;
}

std::string uniqueName(std::string_view title, std::set<std::string> &used)
{
    const std::string base = safeName(title);
    std::string name = base;
    for (std::size_t n = 2; !used.insert(name).second; ++n)
        name = base + " " + std::to_string(n);
    return name;
}

Result<void> checkSource(const MediaSource &source, const Part &part, const BlockContext &context)
{
    if (source.kind == MediaSource::Kind::Url && !isS3(source))
        return notTaken(placeOf(context.request, part), "Bedrock fetches no URL; send the content itself as base64");
    if (source.kind == MediaSource::Kind::FileId)
        return notTaken(placeOf(context.request, part),
                        "a file id is known to its own provider only; send the content itself");
    return {};
}

} // namespace

Result<void> writeImage(json::Writer &out, const Part &part, const BlockContext &context)
{
    const ImagePart &image = *part.as<ImagePart>();
    const auto unpacked = shared::fromDataUrl(image.source.data);
    const MediaSource &source = unpacked ? *unpacked : image.source;
    if (auto checked = checkSource(source, part, context); !checked)
        return checked;
    std::string_view format = formatOf(kImages, shared::mediaTypeOf(source));
    if (format.empty() && isS3(source))
        format = "png";
    if (format.empty())
        return notTaken(placeOf(context.request, part), "a picture must be PNG, JPEG, GIF or WebP");
    out.beginObject();
    out.key("image");
    out.beginObject();
    out.member("format", format);
    writeSource(out, source);
    out.endObject();
    out.endObject();
    return {};
}

Result<void> writeDocument(json::Writer &out, const Part &part, BlockContext &context)
{
    const DocumentPart &document = *part.as<DocumentPart>();
    const auto unpacked = shared::fromDataUrl(document.source.data);
    const MediaSource &source = unpacked ? *unpacked : document.source;
    if (auto checked = checkSource(source, part, context); !checked)
        return checked;
    const std::string mediaType = shared::mediaTypeOf(source);
    std::string_view format = formatOf(kDocuments, mediaType);
    if (source.kind == MediaSource::Kind::Text || (format.empty() && mediaType.starts_with("text/")))
        format = "txt";
    if (format.empty() && isS3(source))
        format = "pdf";
    if (format.empty())
        return notTaken(placeOf(context.request, part), "a document of type '" + std::string(clipUtf8(mediaType, 100)) +
                                                            "' is not taken; send PDF, text or an office format");
    out.beginObject();
    out.key("document");
    out.beginObject();
    out.member("format", format);
    out.member("name", uniqueName(document.title, context.documentNames));
    writeSource(out, source);
    out.endObject();
    out.endObject();
    return {};
}

} // namespace pm::bedrock
