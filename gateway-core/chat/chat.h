// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "chat/signature.h"
#include "chat/usage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

// The one vocabulary between dialects: ordered parts inside turns, closest to Anthropic's blocks, because
// every other format flattens something that they keep. Values only; no dialect's spelling.
namespace pm {

/// A prompt-cache breakpoint after the part that carries it. `ttl` as the client said ("5m", "1h"), or empty.
struct CacheMark
{
    std::string ttl;
    bool operator==(const CacheMark &) const = default;
};

/// Where bytes of an image, document or audio come from.
struct MediaSource
{
    enum class Kind { Base64, Url, FileId, Text };
    Kind kind = Kind::Base64;
    std::string mediaType; ///< "image/png", "application/pdf"; may be empty for Url
    std::string data;      ///< base64 text, URL, provider's file id, or plain text
    bool operator==(const MediaSource &) const = default;
};

struct Part;

/// Where a statement of an answer comes from. Offsets count characters of the part's text; -1 unknown.
struct Citation
{
    std::string url;       ///< or a document's name
    std::string title;
    std::string citedText; ///< the source's own words; may be empty
    std::int64_t start = -1;
    std::int64_t end = -1;
    bool operator==(const Citation &) const = default;
};

struct TextPart
{
    std::string text;
    std::vector<Citation> citations;
    bool operator==(const TextPart &) const = default;
};
struct ImagePart
{
    MediaSource source;
    std::string detail; ///< OpenAI's "auto", "low", "high"; may be empty
    bool operator==(const ImagePart &) const = default;
};
struct DocumentPart
{
    MediaSource source;
    std::string title; ///< or file name
    bool operator==(const DocumentPart &) const = default;
};
struct AudioPart
{
    std::string format; ///< "wav", "mp3"
    std::string data;   ///< base64
    bool operator==(const AudioPart &) const = default;
};
struct ToolCallPart
{
    std::string id;
    std::string name;
    std::string arguments; ///< JSON text of an object, exactly as the model wrote it; may be invalid JSON
    Signature signature;   ///< opaque reasoning bound to the call (Gemini)
    bool operator==(const ToolCallPart &) const = default;
};
struct ToolResultPart
{
    std::string toolCallId;
    std::vector<Part> content;
    bool isError = false;
    bool operator==(const ToolResultPart &) const;
};
/// Visible reasoning, with the opaque form that its provider wants back. Text may be empty where it was withheld.
struct ThinkingPart
{
    std::string text;
    Signature signature;
    bool operator==(const ThinkingPart &) const = default;
};
/// Reasoning that only its provider can read.
struct RedactedThinkingPart
{
    Signature data;
    bool operator==(const RedactedThinkingPart &) const = default;
};
struct RefusalPart
{
    std::string text;
    bool operator==(const RefusalPart &) const = default;
};

struct Part
{
    std::variant<TextPart, ImagePart, DocumentPart, AudioPart, ToolCallPart, ToolResultPart, ThinkingPart,
                 RedactedThinkingPart, RefusalPart>
        value;
    std::optional<CacheMark> cache;
    bool operator==(const Part &) const = default;

    template <typename T>
    const T *as() const { return std::get_if<T>(&value); }
    template <typename T>
    T *as() { return std::get_if<T>(&value); }
};

inline bool ToolResultPart::operator==(const ToolResultPart &other) const
{
    return toolCallId == other.toolCallId && content == other.content && isError == other.isError;
}

enum class Role { System, User, Assistant };

/// One turn. System turns may stand anywhere; tool results are parts of user turns. `isDeveloper` marks a System
/// turn that the client called "developer" (OpenAI).
struct Message
{
    Role role = Role::User;
    std::vector<Part> parts;
    bool isDeveloper = false;
    std::string name; ///< participant name, may be empty
    bool operator==(const Message &) const = default;
};

struct Tool
{
    std::string name;
    std::string description;
    std::string schema; ///< JSON Schema of the arguments as text; empty means no arguments
    /// A tool that takes free text (OpenAI's custom tools): its calls carry {"input": TEXT} as arguments, `schema` says
    /// so, and `grammar` is the JSON text of the format asked for, {"type":"grammar","syntax","definition"}; empty for
    /// any text.
    bool isCustom = false;
    std::string grammar;
    std::string group; ///< the namespace it was offered in (Responses); empty for most
    std::optional<bool> strict;
    std::optional<CacheMark> cache;
    bool operator==(const Tool &) const = default;
};

struct ToolChoice
{
    enum class Mode { Auto, Required, None, Named };
    Mode mode = Mode::Auto;
    std::string name; ///< for Named
    bool operator==(const ToolChoice &) const = default;
};

struct ResponseFormat
{
    enum class Kind { Text, JsonObject, JsonSchema };
    Kind kind = Kind::Text;
    std::string name;   ///< for JsonSchema
    std::string schema; ///< JSON text, for JsonSchema
    std::string description;
    std::optional<bool> strict;
    bool operator==(const ResponseFormat &) const = default;
};

/// What was asked of reasoning. Effort names are OpenAI's: none minimal low medium high xhigh max.
struct Reasoning
{
    enum class Mode { Unset, Off, Adaptive, Budget };
    Mode mode = Mode::Unset;
    std::string effort;                        ///< may be empty
    std::optional<std::int64_t> budgetTokens;  ///< for Budget
    std::string display;                       ///< Anthropic's "summarized", "omitted"; may be empty
    bool operator==(const Reasoning &) const = default;
};

struct ChatRequest
{
    std::string model;
    std::vector<Message> messages;
    std::vector<Tool> tools;
    std::optional<ToolChoice> toolChoice;
    std::optional<bool> parallelToolCalls;
    std::optional<std::int64_t> maxTokens;
    std::optional<double> temperature;
    std::optional<double> topP;
    std::optional<std::int64_t> topK;
    std::vector<std::string> stop;
    std::optional<std::int64_t> seed;
    std::optional<double> presencePenalty;
    std::optional<double> frequencyPenalty;
    std::optional<std::int64_t> n;
    std::string logitBias; ///< JSON text; empty when not asked
    std::optional<bool> logprobs;
    std::optional<std::int64_t> topLogprobs;
    ResponseFormat responseFormat;
    Reasoning reasoning;
    std::string user;        ///< end-user id (OpenAI user/safety_identifier, Anthropic metadata.user_id)
    std::string serviceTier;
    std::string verbosity;
    std::string promptCacheKey;
    std::string metadata;    ///< JSON text of an object; empty when not given
    std::optional<CacheMark> cache; ///< Anthropic's top-level cache_control
    bool stream = false;
    bool includeUsage = false; ///< OpenAI stream_options.include_usage

    /// Names of request fields the reader met and could not carry ("web_search_options", "tools[2]: web_search").
    /// They become losses when the request is translated.
    std::vector<std::string> uncarried;
};

enum class FinishReason {
    Unknown,   ///< the provider did not say
    End,
    StopSequence,
    ToolCalls,
    Length,
    ContextFull,
    ContentFilter, ///< filtered or refused
    Pause,         ///< Anthropic pause_turn
};

struct ChatReply
{
    std::string id;    ///< the provider's answer id
    std::string model; ///< as the provider said
    std::int64_t created = 0; ///< Unix seconds, 0 unknown
    std::vector<Part> parts;
    FinishReason finish = FinishReason::Unknown;
    std::string stopSequence;
    Usage usage;
    std::string serviceTier;
};

// The events of a streamed answer, in the order in which a well-formed stream has them:
// StreamStart, any of the content deltas, Finish, StreamEnd. UsageDelta may come at any time; later wins.
struct StreamStart
{
    std::string id;
    std::string model;
    std::int64_t created = 0;
    bool operator==(const StreamStart &) const = default;
};
struct TextDelta
{
    std::string text;
    bool operator==(const TextDelta &) const = default;
};
struct RefusalDelta
{
    std::string text;
    bool operator==(const RefusalDelta &) const = default;
};
struct ThinkingDelta
{
    std::string text;
    bool operator==(const ThinkingDelta &) const = default;
};
/// Ends the open thinking part.
struct SignatureDelta
{
    Signature signature;
    bool operator==(const SignatureDelta &) const = default;
};
/// Belongs to the open text part.
struct CitationDelta
{
    Citation citation;
    bool operator==(const CitationDelta &) const = default;
};
struct RedactedThinkingDelta
{
    Signature data;
    bool operator==(const RedactedThinkingDelta &) const = default;
};
/// Opens a tool call. `index` counts tool calls of the answer from 0; readers make it contiguous.
struct ToolCallStart
{
    int index = 0;
    std::string id;
    std::string name;
    Signature signature;
    bool operator==(const ToolCallStart &) const = default;
};
struct ToolCallDelta
{
    int index = 0;
    std::string arguments; ///< a fragment of JSON text
    bool operator==(const ToolCallDelta &) const = default;
};
struct UsageDelta
{
    Usage usage;
};
struct Finish
{
    FinishReason reason = FinishReason::Unknown;
    std::string stopSequence;
    bool operator==(const Finish &) const = default;
};
/// The provider's clean end ([DONE], message_stop). A stream that ends without it was cut.
struct StreamEnd
{
    bool operator==(const StreamEnd &) const = default;
};
/// An error event inside the stream. Nothing follows it.
struct StreamError
{
    Error error;
};

using ChatDelta = std::variant<StreamStart, TextDelta, CitationDelta, RefusalDelta, ThinkingDelta, SignatureDelta,
                               RedactedThinkingDelta, ToolCallStart, ToolCallDelta, UsageDelta, Finish, StreamEnd,
                               StreamError>;

/// True for what a user would see or a tool would act on: after it was sent, no other target may be tried.
bool isContent(const ChatDelta &delta);

} // namespace pm
