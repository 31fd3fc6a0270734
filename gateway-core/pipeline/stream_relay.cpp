// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stream_relay.h"

namespace pm {

StreamRelay::StreamRelay(Options options)
    : m_options(std::move(options)), m_reader(m_options.provider->makeReader()),
      m_writer(m_options.client->makeWriter(m_options.reply)),
      m_isSame(m_options.provider->id() == m_options.client->id())
{
}

Result<void> StreamRelay::take(std::string &out)
{
    for (ChatDelta &delta : m_deltas) {
        if (auto *call = std::get_if<ToolCallStart>(&delta)) {
            if (const auto own = m_options.shortenedTools.find(call->name); own != m_options.shortenedTools.end())
                call->name = own->second;
        }
        ++m_events;
        if (const auto *broken = std::get_if<StreamError>(&delta))
            return tl::unexpected(broken->error);
        if (const auto *start = std::get_if<StreamStart>(&delta))
            m_model = start->model;
        if (const auto *usage = std::get_if<UsageDelta>(&delta))
            m_usage.mergeFrom(usage->usage);
        if (const auto *finish = std::get_if<Finish>(&delta))
            m_finish = finish->reason;
        m_hasEnded = m_hasEnded || std::holds_alternative<StreamEnd>(delta);
        m_hasContent = m_hasContent || isContent(delta);
        if (!m_isSame)
            m_writer->write(delta, out);
    }
    return {};
}

Result<void> StreamRelay::feed(std::string_view bytes, std::string &out)
{
    m_deltas.clear();
    const auto read = m_reader->feed(bytes, m_deltas);
    const std::size_t before = out.size();
    const auto taken = take(out);
    if (!taken) {
        if (m_isSame || !m_hasContent)
            out.resize(before);
        return taken;
    }
    if (m_isSame) {
        if (m_options.dropUsageEvent)
            m_filter.feed(bytes, out);
        else
            out.append(bytes);
    }
    return read;
}

Result<void> StreamRelay::finish(std::string &out)
{
    m_deltas.clear();
    const auto read = m_reader->finish(m_deltas);
    const auto taken = take(out);
    if (!taken)
        return taken;
    if (m_isSame && m_options.dropUsageEvent)
        m_filter.finish(out);
    return read;
}

std::string StreamRelay::errorEvent(const Error &error)
{
    std::string out;
    m_writer->write(StreamError{error}, out);
    return out;
}

} // namespace pm
