// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace pm {

/// One message of an application/vnd.amazon.eventstream. Of its header fields only those that say what it is.
struct AwsMessage
{
    std::string_view type;    ///< :message-type: "event", "exception", "error"
    std::string_view name;    ///< :event-type, :exception-type or :error-code
    std::string_view reason;  ///< :error-message
    std::string_view payload; ///< JSON text for the services that we ask
};

/// Cuts a byte stream into messages and checks both checksums of each. Any split of the input gives the same messages.
/// Bounded: a message over kMaxMessage bytes is an error, told from its first twelve bytes. Owned by one stream reader.
class AwsEventStreamFraming
{
public:
    static constexpr std::size_t kMaxMessage = std::size_t(16) * 1024 * 1024;

    /// Calls `onMessage` for each message that `bytes` completes; its views are valid during the call. `onMessage`
    /// returns false to stop. Error: UpstreamBroken for a length out of bounds, a wrong checksum or a broken header
    /// field; nothing may be fed after it.
    Result<void> feed(std::string_view bytes, const std::function<bool(const AwsMessage &)> &onMessage);
    /// True when bytes of an unfinished message are held: at the end of the stream it was cut.
    bool hasPartial() const { return !m_held.empty(); }

private:
    std::string m_held;
};

/// Appends one whole message with the usual three header fields.
void appendAwsMessage(std::string &out, const AwsMessage &message);

/// CRC-32 as in IEEE 802.3 (polynomial 0xEDB88320, reflected).
std::uint32_t crc32(std::string_view bytes);

} // namespace pm
