// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dialects/dialect.h"
#include "dialects/framing/json_array.h"
#include "dialects/framing/sse.h"
#include "pipeline/reply_assembly.h"
#include "pipeline/signature_memory.h"
#include "pipeline/text_event_shape.h"
#include "providers/bedrock_invoke.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pm {

/// One streamed answer on its way: provider's bytes in, client's bytes out. Same dialect: the bytes as they
/// came while a reader looks for usage and content; else reader and writer. Bytes go out by whole events, so
/// that an error event of the provider never stands there by half. No I/O, no event loop.
class StreamRelay
{
public:
    struct Options
    {
        const Dialect *provider = nullptr;
        const Dialect *client = nullptr;
        ReplyContext reply;
        std::map<std::string, std::string> shortenedTools; ///< as sent -> the client's own name
        std::string family;          ///< of the provider: whose signatures it sends
        bool dropUsageEvent = false; ///< we asked for the usage event, the client did not
        bool isInvoke = false;       ///< the provider's events are wrapped (providers/bedrock_invoke.h)
        SignatureMemory *signatures = nullptr; ///< remembers what calls carry; null: nobody does
        ReplyAssembly *assembly = nullptr; ///< is told the answer too, for those who look at the whole
    };

    explicit StreamRelay(Options options);

    /// Appends what the client gets to `out`. An error means that the stream is broken, or that the provider
    /// sent an error event, which is not in `out`, while what came before it is; but nothing is when nothing
    /// of content was, so that another target may be tried.
    Result<void> feed(std::string_view bytes, std::string &out);
    /// The provider's connection ended. An error means that the stream was cut.
    Result<void> finish(std::string &out);

    /// The dialect's error event, after which the connection is to be closed without a clean end.
    std::string errorEvent(const Error &error);
    std::string keepAlive() const { return m_writer->keepAlive(); }
    std::string_view contentType() const { return m_writer->contentType(); }

    bool hasContent() const { return m_hasContent; }
    bool hasEnded() const { return m_hasEnded; } ///< the provider's clean end was seen
    int events() const { return m_events; }
    /// Of text, thinking and arguments so far; some escapes count as written.
    std::int64_t textBytes() const { return m_textBytes; }
    const Usage &usage() const { return m_usage; }
    FinishReason finishReason() const { return m_finish; }
    const std::string &model() const { return m_model; } ///< as the provider said

private:
    Result<void> feedEvents(std::string_view bytes, std::string &out);
    Result<void> take(std::string &out);
    Result<void> feedSame(std::string_view bytes, std::string &out);
    Result<void> passEvent(std::string_view event, std::string &out);
    void passOn(std::string_view event, std::string &out);

    Options m_options;
    InvokeUnwrapper m_unwrapper;
    std::unique_ptr<StreamReader> m_reader;
    std::unique_ptr<StreamWriter> m_writer;
    std::string m_held; ///< same dialect: an event that is not whole yet
    TextEventShape m_shape; ///< same dialect: of the last event, if it was text
    std::vector<ChatDelta> m_deltas;
    bool m_isSame = false;
    SseFraming m_framing;    ///< same dialect, another framing: events are taken apart,
    JsonArrayWriter m_array; ///< and their data become elements
    bool m_hasContent = false;
    bool m_hasEnded = false;
    int m_events = 0;
    std::int64_t m_textBytes = 0;
    std::size_t m_shapeBytes = 0; ///< of the last event that was read, besides its text
    Usage m_usage;
    FinishReason m_finish = FinishReason::Unknown;
    std::string m_model;
};

} // namespace pm
