// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"

namespace pm {

/// The client of a request that nobody waits for: takes everything at once and keeps nothing.
class DiscardingStream final : public http::ClientStream
{
public:
    void send(int, http::Headers, QByteArray) override { m_isOpen = false; }
    void begin(int, http::Headers) override {}
    void upgrade(http::Headers) override {}
    void setReading(bool) override {}
    void write(std::string_view) override {}
    void end() override { m_isOpen = false; }
    void abort() override { m_isOpen = false; }
    std::size_t bytesPending() const override { return 0; }
    bool isOpen() const override { return m_isOpen; }

private:
    bool m_isOpen = true;
};

} // namespace pm
