// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/framing/aws_event_stream.h"

#include <array>
#include <optional>

namespace pm {

namespace {

// total length, length of the header fields, checksum of these two; then fields, payload, checksum of all before it.
constexpr std::size_t kPrelude = 12;
constexpr std::size_t kChecksum = 4;

constexpr std::array<std::uint32_t, 256> makeTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
        table[i] = value;
    }
    return table;
}

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void appendNumber(std::string &out, std::size_t value, std::size_t size)
{
    for (std::size_t i = size; i-- > 0;)
        out += static_cast<char>(value >> (8 * i) & 0xFF);
}

/// Takes header fields off the front of their block.
class FieldCutter
{
public:
    struct Field
    {
        std::string_view name;
        std::string_view text; ///< for strings only
    };

    explicit FieldCutter(std::string_view block)
        : m_rest(block)
    {
    }
    bool isAtEnd() const { return m_rest.empty(); }

    /// Nothing for a field that is cut short or of an unknown type.
    std::optional<Field> next()
    {
        Field field;
        const auto nameSize = take(1);
        if (!nameSize)
            return std::nullopt;
        const auto name = take(number(*nameSize, 0, 1));
        const auto type = take(1);
        if (!name || !type)
            return std::nullopt;
        const auto value = takeValue(number(*type, 0, 1));
        if (!value)
            return std::nullopt;
        field.name = *name;
        field.text = number(*type, 0, 1) == kString ? *value : std::string_view();
        return field;
    }

private:
    static constexpr std::uint32_t kString = 7;

    std::optional<std::string_view> take(std::size_t size)
    {
        if (m_rest.size() < size)
            return std::nullopt;
        const std::string_view taken = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return taken;
    }
    std::optional<std::string_view> takeValue(std::uint32_t type)
    {
        // true, false, i8, i16, i32, i64, bytes, string, timestamp, UUID; -1: a length of two bytes stands before it.
        constexpr std::array<int, 10> kSizes{0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
        if (type >= kSizes.size())
            return std::nullopt;
        if (kSizes[type] >= 0)
            return take(static_cast<std::size_t>(kSizes[type]));
        const auto size = take(2);
        return size ? take(number(*size, 0, 2)) : std::nullopt;
    }

    std::string_view m_rest;
};

Failure broken(std::string_view what)
{
    return fail(ErrorKind::UpstreamBroken, "the provider's event stream is broken: " + std::string(what));
}

/// The length of the message that begins `bytes`, which hold its prelude at least.
Result<std::size_t> lengthOf(std::string_view bytes)
{
    const std::size_t total = number(bytes, 0, 4);
    const std::size_t fields = number(bytes, 4, 4);
    if (crc32(bytes.substr(0, 8)) != number(bytes, 8, 4))
        return broken("a length does not match its checksum");
    if (total < kPrelude + kChecksum || fields > total - kPrelude - kChecksum)
        return broken("a message is shorter than its parts");
    if (total > AwsEventStreamFraming::kMaxMessage)
        return broken("a message of more than 16 MiB");
    return total;
}

Result<AwsMessage> parse(std::string_view bytes)
{
    const std::size_t fieldsSize = number(bytes, 4, 4);
    const std::size_t end = bytes.size() - kChecksum;
    if (crc32(bytes.substr(0, end)) != number(bytes, end, 4))
        return broken("a message does not match its checksum");
    AwsMessage message;
    message.payload = bytes.substr(kPrelude + fieldsSize, end - kPrelude - fieldsSize);
    for (FieldCutter fields(bytes.substr(kPrelude, fieldsSize)); !fields.isAtEnd();) {
        const auto field = fields.next();
        if (!field)
            return broken("a header field cannot be read");
        if (field->name == ":message-type")
            message.type = field->text;
        else if (field->name == ":event-type" || field->name == ":exception-type" || field->name == ":error-code")
            message.name = field->text;
        else if (field->name == ":error-message")
            message.reason = field->text;
    }
    return message;
}

void appendField(std::string &out, std::string_view name, std::string_view value)
{
    appendNumber(out, name.size(), 1);
    out += name;
    appendNumber(out, 7, 1);
    appendNumber(out, value.size(), 2);
    out += value;
}

} // namespace

std::uint32_t crc32(std::string_view bytes)
{
    static constexpr std::array<std::uint32_t, 256> kTable = makeTable();
    std::uint32_t value = ~0U;
    for (const char c : bytes)
        value = value >> 8 ^ kTable[(value ^ static_cast<unsigned char>(c)) & 0xFF];
    return ~value;
}

Result<void> AwsEventStreamFraming::feed(std::string_view bytes,
                                         const std::function<bool(const AwsMessage &)> &onMessage)
{
    // Whole messages in one piece are read where they lie; only a cut one is copied.
    const bool isJoined = !m_held.empty();
    if (isJoined)
        m_held.append(bytes);
    const std::string_view text = isJoined ? std::string_view(m_held) : bytes;
    std::size_t at = 0;
    bool goesOn = true;
    while (goesOn && text.size() - at >= kPrelude) {
        const auto length = lengthOf(text.substr(at));
        if (!length)
            return fail(length.error());
        if (text.size() - at < *length)
            break;
        const auto message = parse(text.substr(at, *length));
        if (!message)
            return fail(message.error());
        at += *length;
        goesOn = onMessage(*message);
    }
    if (isJoined)
        m_held.erase(0, at);
    else
        m_held.assign(text.substr(at));
    return {};
}

void appendAwsMessage(std::string &out, const AwsMessage &message)
{
    std::string fields;
    appendField(fields, ":message-type", message.type);
    appendField(fields,
                message.type == "event"       ? ":event-type"
                : message.type == "exception" ? ":exception-type"
                                              : ":error-code",
                message.name);
    if (message.type == "error")
        appendField(fields, ":error-message", message.reason);
    else
        appendField(fields, ":content-type", "application/json");
    std::string whole;
    appendNumber(whole, kPrelude + fields.size() + message.payload.size() + kChecksum, 4);
    appendNumber(whole, fields.size(), 4);
    appendNumber(whole, crc32(whole), 4);
    whole += fields;
    whole += message.payload;
    appendNumber(whole, crc32(whole), 4);
    out += whole;
}

} // namespace pm
