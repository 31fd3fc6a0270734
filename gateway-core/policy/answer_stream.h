// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "policy/answer_judge.h"
#include "policy/answer_texts.h"
#include "policy/text_filter.h"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pm::policy {

/// Who looks at an answer. What is null does not.
struct AnswerLook
{
    Editor *acting = nullptr; ///< rewrites
    Editor *noting = nullptr; ///< only takes notice
    AnswerJudge *judge = nullptr;
    bool readsEchoes = false; ///< what the answer repeats of the request is rewritten too
};

/// A streamed answer as the client gets it, on its way through a guardrail. Works on the client's own events,
/// whoever wrote them: texts within are spliced and everything else stays, unknown fields too, so that a
/// stream that is passed on as it came loses nothing by being looked at, and one that was translated needs no
/// second way. Of a text only what may still become a find is held; where it ends without an event of its
/// own, a copy of its last event carries the rest. One stream, its exchange's thread. Bounded: 8 kB a text,
/// at most kMostChannels texts at a time, and an event that is not whole.
class AnswerStream
{
public:
    static constexpr std::size_t kMostChannels = 64;

    AnswerStream(DialectId dialect, bool asArray, const AnswerLook &look);

    /// Takes bytes of the client's stream, appends those to send. Any split gives the same stream. Error:
    /// Guardrail, when a rule refuses; what came before it is in `out`, nothing else follows.
    Result<void> feed(std::string_view bytes, std::string &out);
    /// The stream has ended.
    Result<void> finish(std::string &out);

private:
    struct Channel
    {
        std::string name;
        Voice voice = Voice::None;
        std::unique_ptr<TextFilter> text;
        std::unique_ptr<JsonTextFilter> json;
        std::unique_ptr<TextFilter> notedText;
        std::unique_ptr<JsonTextFilter> notedJson;
        std::string model; ///< the last event of it, while something is held
    };

    std::size_t endOfEvent(std::size_t from) const;
    Result<void> event(std::string_view event, std::string &out);
    Result<void> passJson(std::string_view event, json::Span place, std::string &out);
    Result<void> rewritten(std::string_view text, const AnswerText &kind, const EventFacts &facts,
                           std::string &into);
    Result<void> whole(Voice voice, std::string_view text, std::string &into);
    Result<void> hear(Channel *channel, Voice voice, std::string_view text);
    Channel &channel(const AnswerText &kind);
    Result<void> endChannels(const EventFacts &facts, const std::set<std::string> &inEvent, std::string &out);
    Result<void> endOthers(const AnswerText &kind, std::string &out);
    Result<void> drain(Channel &channel, std::string &rest);
    Result<void> close(std::size_t at, std::string &out);
    void carry(const Channel &channel, std::string_view rest, std::string &out);
    void emit(std::string_view event, std::string &out);

    const AnswerGrammar &m_grammar;
    StreamFraming m_framing;
    bool m_asArray;
    bool m_hasBegun = false; ///< of an array
    AnswerLook m_look;
    std::string m_held; ///< an event that is not whole
    std::vector<Channel> m_channels;
    long m_sequence = -1; ///< Responses: the last number sent
};

/// A whole answer. Error: Guardrail, when a rule refuses.
Result<std::string> guardedBody(DialectId dialect, std::string_view body, const AnswerLook &look);

} // namespace pm::policy
