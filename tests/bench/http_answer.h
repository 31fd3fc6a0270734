// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace load {

/// Reads HTTP/1.1 answers one after the other, with a length or chunked: as much of the protocol as servers
/// use that are measured here. Gives what it finds in the body to `onStamp`.
class AnswerReader
{
public:
    enum class State { Head, Length, ChunkSize, ChunkData, Trailer, Complete, Broken };

    /// Takes bytes of the connection. After Complete, `next()` before the following answer. `onStamp(micros)`
    /// is called for each event, with the time at which mock_upstream sent it.
    template <typename OnStamp>
    void feed(std::string_view bytes, OnStamp onStamp)
    {
        m_in.append(bytes);
        while (step()) {
            long long micros = 0;
            while (takeStamp(micros))
                onStamp(micros);
        }
        long long micros = 0;
        while (takeStamp(micros))
            onStamp(micros);
    }
    void next();
    State state() const { return m_state; }
    int status() const { return m_status; }

private:
    bool step();
    bool readHead();
    bool readLength();
    bool readChunkSize();
    bool readChunkData();
    bool readTrailer();
    bool takeStamp(long long &micros);

    State m_state = State::Head;
    int m_status = 0;
    std::size_t m_left = 0; ///< of the body, or of the chunk
    std::string m_in;       ///< bytes not yet understood
    std::string m_body;     ///< bytes of the body not yet looked through
};

} // namespace load
