// SPDX-License-Identifier: GPL-3.0-or-later
#include "routing/remembered.h"

#include "routing/ranking.h"
#include "routing/request_fields.h"

namespace pm::routing {

Remembered::Remembered(const Node &node, const ChooseContext &context, std::chrono::milliseconds maxAge)
    : m_state(node.state)
    , m_conversation(context.needs.fields ? context.needs.fields->conversation() : 0)
{
    if (m_state && m_conversation != 0)
        m_mark = m_state->recall(m_conversation, context.now, std::chrono::ceil<std::chrono::seconds>(maxAge));
}

bool Remembered::is(const Target &target) const
{
    return m_mark && *m_mark == targetMark(target);
}

void Remembered::rememberThrough(std::vector<Candidate> &candidates) const
{
    if (!m_state || m_conversation == 0)
        return;
    for (Candidate &candidate : candidates) {
        (void)candidate.first();
        for (Choice &choice : candidate.choices)
            choice.memories.push_back({m_state, m_conversation, targetMark(*choice.target)});
    }
}

} // namespace pm::routing
