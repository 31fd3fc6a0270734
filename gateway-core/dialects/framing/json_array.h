// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "dialects/framing/json_progress.h"

#include <functional>
#include <string>
#include <string_view>

namespace pm {

/// Cuts a byte stream that is one JSON array of objects into its elements, as they become whole. A lone object counts
/// as an array of one. Any split of the input gives the same elements. Bounded: an element over kMaxElement bytes is an
/// error.
class JsonArrayFraming
{
public:
    static constexpr std::size_t kMaxElement = 16 * 1024 * 1024;

    /// Calls `onElement` for each element that `bytes` completes; its view is valid during the call. `onElement`
    /// returns false to stop. Error: UpstreamBroken for what is no such array.
    Result<void> feed(std::string_view bytes, const std::function<bool(std::string_view)> &onElement);
    /// True when the array has not closed: at the end of the stream it was cut.
    bool isOpen() const { return !m_hasEnded; }

private:
    Result<void> between(char c);

    std::string m_held; ///< an element that is not whole yet
    JsonProgress m_progress;
    bool m_inElement = false;
    bool m_isArray = false;
    bool m_hasEnded = false;
};

/// Writes a stream as one JSON array, element by element. Each piece ends with a blank line, so that it is known as
/// whole; white space may stand between elements.
class JsonArrayWriter
{
public:
    void element(std::string_view json, std::string &out);
    void end(std::string &out);

private:
    bool m_hasBegun = false;
    bool m_hasEnded = false;
};

} // namespace pm
