// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

// Writing of requests. For the Ollama dialect's own files only.
namespace pm::ollama {

/// What the turns of a request weigh, for the size of the window.
struct Weight
{
    std::size_t images = 0;
    std::size_t imageBytes = 0; ///< of their base64 text, which is no text to the model
};

/// Writes turn after turn of one request; turns of one role in a row become one, since templates of local
/// models want them in turn. What it is given must outlive it; used once.
class MessageWriter
{
public:
    MessageWriter(json::Writer &out, const ChatRequest &request, Losses &losses)
        : m_out(out)
        , m_request(request)
        , m_losses(losses)
    {
    }
    /// The value of `messages`. Errors: NotSupported, naming the place in the request.
    Result<void> writeAll();
    const Weight &weight() const { return m_weight; }

private:
    /// The parts of turns in a row, sorted into the places that a message has.
    struct Sorted
    {
        std::string text;
        std::string thinking;
        std::vector<std::string_view> images; ///< base64
        std::vector<ToolCallPart> calls;
        bool hasParts = false;
    };

    Result<void> sort(const Message &message, const std::string &at, Sorted &into);
    Result<void> sortPart(const Part &part, const std::string &at, Sorted &into);
    Result<void> image(const ImagePart &image, const std::string &at, Sorted &into);
    Result<void> document(const DocumentPart &document, const std::string &at, Sorted &into);
    Result<void> results(std::size_t begin, std::size_t end, Sorted &moved);
    Result<void> result(const ToolResultPart &result, const std::string &at, Sorted &moved);
    void noteCalls(std::size_t begin, std::size_t end);
    void write(std::string_view role, const Sorted &sorted);
    std::size_t endOfRun(std::size_t begin) const;
    bool isInOpenLoop(std::size_t index) const;

    json::Writer &m_out;
    const ChatRequest &m_request;
    Losses &m_losses;
    Weight m_weight;
    bool m_hasWritten = false;
    struct Called
    {
        std::string_view name; ///< a view of the request
        std::size_t order = 0; ///< of all its calls
    };
    std::unordered_map<std::string_view, Called> m_calls; ///< by id, which is a view of the request too
};

} // namespace pm::ollama
