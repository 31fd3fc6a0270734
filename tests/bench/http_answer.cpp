// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_answer.h"

#include <algorithm>
#include <charconv>

namespace load {

namespace {

constexpr std::size_t kStampDigits = 16;

std::string lowered(std::string_view text)
{
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return low;
}

} // namespace

void AnswerReader::next()
{
    m_state = State::Head;
    m_status = 0;
    m_left = 0;
    m_body.clear();
}

bool AnswerReader::step()
{
    switch (m_state) {
    case State::Head:
        return readHead();
    case State::Length:
        return readLength();
    case State::ChunkSize:
        return readChunkSize();
    case State::ChunkData:
        return readChunkData();
    case State::Trailer:
        return readTrailer();
    case State::Complete:
    case State::Broken:
        break;
    }
    return false;
}

bool AnswerReader::readHead()
{
    const std::size_t end = m_in.find("\r\n\r\n");
    if (end == std::string::npos)
        return false;
    const std::string head = lowered(std::string_view(m_in).substr(0, end));
    m_in.erase(0, end + 4);
    if (head.size() < 12) {
        m_state = State::Broken;
        return false;
    }
    std::from_chars(head.data() + 9, head.data() + 12, m_status);
    if (head.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
        m_state = State::ChunkSize;
        return true;
    }
    const std::size_t at = head.find("\r\ncontent-length: ");
    if (at == std::string::npos) {
        m_state = State::Broken;
        return false;
    }
    std::from_chars(head.data() + at + 18, head.data() + head.size(), m_left);
    m_state = m_left > 0 ? State::Length : State::Complete;
    return m_left > 0;
}

bool AnswerReader::readLength()
{
    const std::size_t count = std::min(m_left, m_in.size());
    m_body.append(m_in, 0, count);
    m_in.erase(0, count);
    m_left -= count;
    if (m_left == 0)
        m_state = State::Complete;
    return false;
}

bool AnswerReader::readChunkSize()
{
    const std::size_t end = m_in.find("\r\n");
    if (end == std::string::npos)
        return false;
    m_left = 0;
    const auto [stop, error] = std::from_chars(m_in.data(), m_in.data() + end, m_left, 16);
    if (error != std::errc()) {
        m_state = State::Broken;
        return false;
    }
    m_in.erase(0, end + 2);
    m_state = m_left > 0 ? State::ChunkData : State::Trailer;
    return true;
}

bool AnswerReader::readChunkData()
{
    if (m_in.size() < m_left + 2)
        return false;
    m_body.append(m_in, 0, m_left);
    m_in.erase(0, m_left + 2);
    m_state = State::ChunkSize;
    return true;
}

bool AnswerReader::readTrailer()
{
    if (m_in.size() < 2)
        return false;
    m_in.erase(0, 2);
    m_state = State::Complete;
    return false;
}

/// "@" and 16 digits; what cannot begin one any more is thrown away.
bool AnswerReader::takeStamp(long long &micros)
{
    const std::size_t at = m_body.find('@');
    if (at == std::string::npos) {
        m_body.clear();
        return false;
    }
    if (m_body.size() < at + 1 + kStampDigits)
        return false;
    const char *const digits = m_body.data() + at + 1;
    const auto [stop, error] = std::from_chars(digits, digits + kStampDigits, micros);
    const bool isStamp = error == std::errc() && stop == digits + kStampDigits;
    m_body.erase(0, isStamp ? at + 1 + kStampDigits : at + 1);
    return isStamp || takeStamp(micros);
}

} // namespace load
