// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace pm::config {

enum class EndpointType { Chat, Embeddings, Image, Audio };

/// What providers have besides conversations and embeddings. Requests for it pass through as they are.
enum class Service {
    Images,         ///< images/generations
    ImageEdits,     ///< images/edits, images/variations
    Speech,         ///< audio/speech
    Transcriptions, ///< audio/transcriptions
    Translations,   ///< audio/translations
    Moderations,
    Rerank,
    Files,
    Uploads,        ///< of large files in parts
    Batches,
    Realtime,       ///< as a WebSocket; client secrets and calls over HTTP
    Videos,
    Caches,         ///< Gemini's cachedContents
    Predictions,    ///< Google's models/M:predict and its operations: Imagen, Veo
};

/// The names of all, for the table of configuration keys; in the order of the enum.
inline constexpr std::string_view kServiceWords =
    "images|image-edits|speech|transcriptions|translations|moderations|rerank|files|uploads|batches|realtime|videos|"
    "caches|predictions";

std::string_view serviceName(Service service);
std::optional<Service> findService(std::string_view name);

/// The section of a router that such requests go by where it is there: `image` or `audio`.
std::optional<EndpointType> sectionOf(Service service);

/// Later requests name what an earlier one made: a file's id means nothing to another provider.
bool keepsState(Service service);

} // namespace pm::config
