// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Bodies of several parts (RFC 2046 5.1, RFC 7578). Only the parts' header fields are read: what a part holds is passed
// over to the next delimiter. Plain functions, any thread.
namespace pm::multipart {

/// Further parts are not looked at.
constexpr std::size_t kMaxParts = 256;
/// A part whose header is longer ends the list.
constexpr std::size_t kMaxHeader = 8 * 1024;

/// One part, by where its content stands in the body.
struct Part
{
    std::string name;        ///< of the form field
    std::string contentType; ///< empty when it has none
    bool isFile = false;     ///< it has a file name
    std::size_t begin = 0;
    std::size_t end = 0;     ///< exclusive; the body's end where the closing delimiter is missing
    std::string_view content(std::string_view body) const { return body.substr(begin, end - begin); }
};

/// What separates the parts, from a content-type; empty when that is not multipart or names none.
std::string boundaryOf(std::string_view contentType);

/// The parts in order, up to the first that is not well-formed.
std::vector<Part> parts(std::string_view body, std::string_view boundary);

} // namespace pm::multipart
