// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "dialects/framing/aws_event_stream.h"

#include <string>
#include <string_view>
#include <vector>

// Bedrock's InvokeModel for Claude models: Anthropic's own body and events in a wrapping, so that clients of that
// format keep everything that Converse has no word for. Only what is around them is handled here.
namespace pm {

/// A request of the Anthropic format as InvokeModel takes it: without model and stream, which the path says, with the
/// version and the client's betas in the body. Error: BadRequest when `body` is no JSON object.
Result<std::string> invokeBody(std::string_view body, const std::vector<std::string_view> &betas);

/// "/model/M/invoke", or "/model/M/invoke-with-response-stream".
std::string invokePath(std::string_view model, bool stream);

/// Turns the binary stream into the text/event-stream that it wraps. Any split of the input gives the same text. One
/// stream each; not thread-safe.
class InvokeUnwrapper
{
public:
    /// Appends the events that `bytes` complete. Error: UpstreamBroken for what is no such stream.
    Result<void> feed(std::string_view bytes, std::string &out);

private:
    Result<void> onMessage(const AwsMessage &message, std::string &out);

    AwsEventStreamFraming m_framing;
};

} // namespace pm
