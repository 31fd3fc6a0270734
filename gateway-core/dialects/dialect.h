// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "base/result.h"
#include "chat/chat.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The seam between wire formats and the rest: a dialect reads its requests, replies and streams into the
// vocabulary of chat/chat.h and writes them from it. Dialects are code; vendors on a known format are rows in
// providers/providers.cpp. No dialect includes another.
namespace pm {

class EmbeddingsFormat;

enum class DialectId {
    OpenAiChat,
    AnthropicMessages,
    OpenAiResponses,
    OpenAiCompletions,
    Gemini,
    Ollama,
    Bedrock,
    Cohere,
};

/// What routing, limits and pass-through need of a request without translating it. Cheap: one validating parse.
struct RequestFacts
{
    std::string model;          ///< as the client wrote it; empty when absent
    bool stream = false;
    bool includeUsage = false;  ///< OpenAI stream_options.include_usage
    bool hasTools = false;      ///< tools offered, or tool calls or results in the history
    bool hasImages = false;
    bool hasAudio = false;
    bool hasDocuments = false;
    bool wantsJsonSchema = false;
    bool wantsReasoning = false;
    bool loadsModel = false; ///< Ollama: no question, only a model to be loaded or unloaded
    std::int64_t maxTokens = 0; ///< 0 when not asked
    std::int64_t inputTokensEstimate = 0; ///< see shared/token_tally.h
    std::string promptText;     ///< the text of the last user turn and the system prompt, capped; for search and lists
};

/// How OpenAI-compatible servers ask for reasoning, where reasoning_effort is not the word.
enum class ThinkingField {
    None,
    Type,      ///< "thinking": {"type": "enabled" | "disabled"} (Z.AI, DeepSeek, Moonshot)
    Enable,    ///< "enable_thinking" and "thinking_budget" (Alibaba)
    Reasoning, ///< "reasoning": {"effort" | "max_tokens" | "enabled"} (OpenRouter)
};

/// Where an OpenAI-compatible server refuses or respells what the reference takes. Each is a 4xx when overlooked, so
/// they hold for requests that pass through untranslated too.
struct OpenAiDeviations
{
    bool randomSeed = false;        ///< Mistral: "random_seed" for "seed"
    bool nineCharIds = false;       ///< Mistral: ids of tool calls are 9 letters and digits
    bool answerAfterTool = false;   ///< Mistral: no user turn directly after a tool's
    bool alternates = false;        ///< Perplexity: user and assistant in turns, system at the start only
    bool noTools = false;           ///< knows no tools at all
    bool noNames = false;           ///< refuses messages[].name
    bool noLogprobs = false;        ///< refuses logprobs and top_logprobs
    bool noLogitBias = false;
    bool noPenalties = false;       ///< refuses presence_penalty and frequency_penalty
    bool noStop = false;            ///< refuses stop
    bool oneAnswer = false;         ///< refuses n above 1
    bool noForcedTool = false;      ///< refuses tool_choice "required" and a named tool
    bool strictAllOrNone = false;   ///< Cerebras: all tools strict, or none
    bool reasoningDetails = false;  ///< OpenRouter: reasoning_details go back as they came
    double mostTemperature = 0;     ///< refuses higher ones; 0: takes all
    ThinkingField thinking = ThinkingField::None;
    bool toolStream = false;        ///< Z.AI: streams arguments only when "tool_stream" is set
    bool operator==(const OpenAiDeviations &) const = default;
};

/// What a target can and cannot take, by provider and model. Filled from the provider's row and the catalogue.
struct TargetTraits
{
    std::string provider;             ///< "anthropic"; marks whose signatures may travel
    std::string family;               ///< signature family: "anthropic", "openai", "gemini", "" for others
    std::string model;                ///< the name to ask the provider for
    std::int64_t maxOutputTokens = 0; ///< from the catalogue, 0 unknown
    std::int64_t contextTokens = 0;   ///< from the catalogue, 0 unknown
    std::string_view variant;         ///< of the client's path, where its bytes go to a provider of its own format
    bool maxCompletionTokens = true;  ///< OpenAI: max_completion_tokens, else max_tokens
    bool developerRole = false;       ///< knows role "developer"
    bool streamUsage = true;          ///< takes stream_options.include_usage
    bool reasoningEffort = true;      ///< takes reasoning_effort
    bool echoReasoning = false;       ///< wants reasoning_content on assistant turns of a tool loop
    bool samplingAllowed = true;      ///< takes temperature, top_p, top_k
    bool adaptiveThinking = false;    ///< Anthropic: thinking adaptive and output_config.effort
    bool structuredOutput = true;     ///< takes json_schema natively
    bool emptyToolProperties = false; ///< wants "properties": {} in schemas that have none (LM Studio)
    bool toolChoiceRequiredIsAny = false; ///< Mistral: "any" for "required"
    bool parallelToolCallsField = true;   ///< takes parallel_tool_calls
    bool mediaUrls = true;            ///< fetches pictures and documents that are named by URL
    bool toolContentParts = true;     ///< takes content parts, images included, in tool messages
    bool strictFields = false;        ///< refuses fields it does not know: send only the core set
    OpenAiDeviations deviations;      ///< of OpenAI-compatible servers
    bool customTools = false;         ///< takes tools of free text as such, with their grammars
    int geminiVersion = 0;            ///< 25 for Gemini 2.5, 0 for a model that does not say
    std::int64_t leastThinking = 0;   ///< Gemini: the smallest thinking budget; 0: thinking can be switched off
    bool toolJsonSchema = true;       ///< Gemini: takes parametersJsonSchema, else the OpenAPI subset alone
    std::string platformVersion;      ///< Claude on another cloud: anthropic_version in the body, the model in the path
};

/// What a provider can be asked for in its own format.
enum class Operation { Chat, CountTokens, Embeddings };

/// How a provider cuts a streamed answer into events.
enum class StreamFraming {
    Sse,            ///< text/event-stream (WHATWG HTML 9.2)
    Ndjson,         ///< one JSON object a line
    AwsEventStream, ///< application/vnd.amazon.eventstream: length-prefixed binary messages with checksums
};
/// "text/event-stream", "application/x-ndjson", "application/vnd.amazon.eventstream".
std::string_view mediaType(StreamFraming framing);

/// What could not be carried, by name, in the order met. Goes to the trace and to x-pointsman-lossy.
using Losses = std::vector<std::string>;

/// Reads an answer stream of one dialect into deltas. Any split of the bytes gives the same deltas.
class StreamReader
{
public:
    virtual ~StreamReader() = default;
    /// Appends the deltas that `bytes` complete. Error: UpstreamBroken for what is not this dialect's stream,
    /// or a line or event over the size limit; the reader is dead after it.
    virtual Result<void> feed(std::string_view bytes, std::vector<ChatDelta> &out) = 0;
    /// The connection ended. Appends what was held back. A stream without its end marker is cut: UpstreamBroken.
    virtual Result<void> finish(std::vector<ChatDelta> &out) = 0;
};

/// Writes a stream of one dialect. Holds the state that the format wants (open block, indices, usage).
class StreamWriter
{
public:
    virtual ~StreamWriter() = default;
    /// Appends the bytes of this delta to `out`; may be none. StreamError writes the dialect's error event, with
    /// no clean end after it.
    virtual void write(const ChatDelta &delta, std::string &out) = 0;
    /// Bytes that keep an idle connection alive: a ping event or a comment; empty where the format has neither.
    virtual std::string keepAlive() const = 0;
    virtual std::string_view contentType() const { return "text/event-stream; charset=utf-8"; }
};

/// What a writer needs to know of the request it answers.
struct ReplyContext
{
    std::string requestId;  ///< trace id, used for made-up ids
    std::string model;      ///< the model name to show to the client
    bool includeUsage = false;
    std::int64_t inputTokensEstimate = 0; ///< for Anthropic's message_start
    std::int64_t created = 0; ///< Unix seconds for formats that want it
    std::set<std::string> customTools; ///< names of the tools that take free text: their calls are shown as such
    std::map<std::string, std::string> toolGroups; ///< tool name -> the namespace it was offered in
    std::string_view variant; ///< the path's, where one format answers several paths differently
    /// The client's request, for formats whose answers repeat parts of it; may be empty. Outlives the writer.
    std::string_view request;
    bool asArray = false; ///< Gemini without alt=sse: the stream is one JSON array
    std::function<std::int64_t()> elapsedNs; ///< since the request came, by our clock; none: not known
};

/// One wire format. All functions are pure; stateless dialects live as long as the program.
class Dialect
{
public:
    virtual ~Dialect() = default;
    virtual DialectId id() const = 0;
    virtual std::string_view name() const = 0; ///< "openai", "anthropic": in config and traces
    /// Where a provider of this format answers `operation`, below its base URL, with a leading slash and the query that
    /// it needs: "/chat/completions", "/models/M:streamGenerateContent?alt=sse". Empty when the format has no such thing.
    virtual std::string path(Operation operation, const TargetTraits &target, bool stream) const = 0;
    virtual StreamFraming framing() const { return StreamFraming::Sse; }
    /// The name under which a tool is offered where the format does not take its own. The same name always gives the
    /// same, so that who translates an answer back rebuilds the map from the request's tools.
    virtual std::string toolName(std::string_view name) const;

    /// Error: BadRequest naming the field ("messages[2].content") and what it must be.
    virtual Result<RequestFacts> facts(std::string_view body) const = 0;
    virtual Result<ChatRequest> readRequest(std::string_view body) const = 0;
    /// Error: NotSupported for what would change the answer and cannot be expressed (wire reference 7.6).
    virtual Result<std::string> writeRequest(const ChatRequest &request, const TargetTraits &target,
                                             Losses &losses) const = 0;
    /// The original bytes with only what must change spliced: the model name, usage in streams. Unknown
    /// fields, order and white space stay.
    virtual Result<std::string> retarget(std::string_view body, const TargetTraits &target,
                                         bool forceStreamUsage) const = 0;

    /// The same for fields that the target is sure to refuse: dropped, renamed or respelled, everything else as it is.
    /// Error: NotSupported where leaving a field out would change the answer.
    virtual Result<std::string> repaired(std::string body, const TargetTraits &target, Losses &losses) const;

    /// Error: UpstreamBroken for what is not this dialect's reply.
    virtual Result<ChatReply> readReply(std::string_view body) const = 0;
    virtual std::string writeReply(const ChatReply &reply, const ReplyContext &context) const = 0;
    /// The answer to a client of this format that asked to count its prompt.
    virtual std::string writeTokenCount(std::int64_t tokens) const;

    /// Classifies an error answer of a provider by status and body. `body` may be anything, or empty.
    virtual Error readError(int status, std::string_view body) const = 0;
    /// The header field in which providers of this format name the error ("x-amzn-errortype"); empty when the body does.
    virtual std::string_view errorNameField() const { return {}; }
    /// As readError, with that field's value.
    virtual Error readNamedError(int status, std::string_view name, std::string_view body) const;
    virtual std::string writeError(const Error &error, std::string_view requestId) const = 0;

    virtual std::unique_ptr<StreamReader> makeReader() const = 0;
    virtual std::unique_ptr<StreamWriter> makeWriter(const ReplyContext &context) const = 0;

    /// How this format asks for embeddings (dialects/embeddings.h); null when it has none.
    virtual const EmbeddingsFormat *embeddings() const { return nullptr; }
};

/// THE TABLE is in dialects.cpp. Never fails for a valid id.
const Dialect &dialect(DialectId id);

/// By the name used in configuration ("openai", "anthropic"); null when unknown.
const Dialect *findDialect(std::string_view name);

/// All dialects, for lists and messages.
const std::vector<const Dialect *> &dialects();

/// Tokens of `textBytes` bytes of text and `images` images, by the usual rule of thumb (4 bytes a token, 800
/// tokens an image): where there is no text to look at (shared/token_tally.h), only its size.
std::int64_t estimateTokens(std::size_t textBytes, std::size_t images);

} // namespace pm
