// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat/chat.h"
#include "trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the gateway made of the bodies of a trace: the common form between all formats, and where in the client's
// request stands what the provider's format could not carry. For the window, the admin API and the command line. Pure
// functions of a record, safe from any thread; linear in the size of its bodies, and bodies over kMostUnderstood are
// left alone.
namespace pm {

constexpr std::int64_t kMostUnderstood = 16LL * 1024 * 1024; ///< bytes

struct Understood
{
    std::string format;  ///< that the body was read as: "anthropic"; empty when there was none to read
    std::string json;    ///< in the words of chat/chat.h, one object; empty when nothing could be read
    std::string problem; ///< why that is not all, or not there; empty when it is the whole
};

/// The client's request.
Understood understoodRequest(const trace::Record &record);

/// The provider's answer: a whole one, a stream put together, or an error. Of answers that led to another attempt only
/// what was wrong is kept, and given.
Understood understoodAnswer(const trace::Record &record);

/// The answer of a conversation, whole and without an error; nothing when it is not so.
std::optional<ChatReply> storedReply(const trace::Record &record);

/// A place in the client's request body.
struct LossPlace
{
    std::size_t offset = 0; ///< of the member's name, or where the element of a list begins
    std::string pointer;    ///< RFC 6901: "/messages/2/content/0/cache_control"
};

struct PlacedLoss
{
    std::string text;              ///< as in trace::Detail::losses
    std::vector<LossPlace> places; ///< in order, at most kMostPlaces; empty when it stands nowhere in the body
    static constexpr std::size_t kMostPlaces = 64;
};

/// The record's losses, each with what of the request it speaks of. A body that was cut is searched as far as it goes.
std::vector<PlacedLoss> placedLosses(const trace::Record &record);

/// True for the binary messages in which Amazon Bedrock streams.
bool isBinaryStream(const trace::Body &body);
/// A stored body for people to read: binary messages as their text, else as trace::readable gives it.
std::string readableBody(const trace::Body &body, const trace::HeaderList &headers);

/// Such a body for people: one paragraph for each message, its name and its payload. What is cut or broken ends there.
std::string binaryStreamText(const trace::Body &body);

} // namespace pm
