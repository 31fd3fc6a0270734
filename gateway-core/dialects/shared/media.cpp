// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/shared/media.h"

#include <array>

namespace pm::shared {

std::string_view sniffedMediaType(std::string_view base64)
{
    struct Row
    {
        std::string_view start;
        std::string_view mediaType;
    };
    constexpr std::array kStarts{Row{"iVBOR", "image/png"}, Row{"/9j/", "image/jpeg"}, Row{"R0lG", "image/gif"},
                                 Row{"UklG", "image/webp"}, Row{"JVBER", "application/pdf"}};
    for (const Row &row : kStarts) {
        if (base64.starts_with(row.start))
            return row.mediaType;
    }
    return {};
}

std::optional<MediaSource> fromDataUrl(std::string_view url)
{
    constexpr std::string_view kScheme = "data:";
    constexpr std::string_view kBase64 = ";base64,";
    constexpr std::size_t kMostHead = 256;
    if (!url.starts_with(kScheme))
        return std::nullopt;
    const std::size_t at = url.substr(0, kMostHead).find(kBase64);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view mediaType = url.substr(kScheme.size(), at - kScheme.size());
    return MediaSource{MediaSource::Kind::Base64, std::string(mediaType.substr(0, mediaType.find(';'))),
                       std::string(url.substr(at + kBase64.size()))};
}

void writeUrl(json::Writer &out, const MediaSource &source, std::string_view otherType)
{
    if (source.kind != MediaSource::Kind::Base64)
        return out.string(source.data);
    const std::string_view type = source.mediaType.empty() ? otherType : std::string_view(source.mediaType);
    out.joined({"data:", type, ";base64,", source.data});
}

std::string mediaTypeOf(const MediaSource &source)
{
    if (source.mediaType == "image/jpg")
        return "image/jpeg";
    return source.mediaType.empty() ? std::string(sniffedMediaType(source.data)) : source.mediaType;
}

} // namespace pm::shared
