// SPDX-License-Identifier: GPL-3.0-or-later
// Any text in pieces through the checks: the result does not depend on where it was cut, what is left holds nothing more to be
// taken out but labels, and requests stay JSON.
#include "base/json.h"
#include "policy/checks.h"
#include "policy/guard.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace pm;
using namespace pm::policy;

namespace {

std::shared_ptr<const GuardRules> rules()
{
    config::Guardrail pii;
    pii.check = "pii";
    pii.action = config::Guardrail::Action::Replace;
    config::Guardrail secrets;
    secrets.check = "secrets";
    secrets.action = config::Guardrail::Action::Redact;
    config::Guardrail injection;
    injection.check = "injection";
    return GuardRules::compile({{"fuzz", {pii, secrets, injection}}});
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::string inPieces(const std::shared_ptr<const GuardRules> &all, std::string_view text, std::size_t size, bool isJson)
{
    GuardLedger ledger;
    RuleEditor editor(*all, RuleEditor::Part::Acting, ledger);
    TextFilter plain(editor);
    JsonTextFilter json(editor);
    std::string out;
    while (!text.empty()) {
        std::size_t end = std::min(size, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            ++end; // whole letters, as texts of parsed events are
        const std::string_view piece = text.substr(0, end);
        text.remove_prefix(end);
        require((isJson ? json.feed(piece, out) : plain.feed(piece, out)).has_value());
    }
    require((isJson ? json.finish(out) : plain.finish(out)).has_value());
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto all = rules();
    if (size < 1)
        return 0;
    const std::size_t piece = data[0] % 23 + 1;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    // Beyond what is held a text may be cut within a find.
    constexpr std::size_t kShort = 200;
    if (text.size() <= kShort && simdjson::validate_utf8(text.data(), text.size())) {
        require(inPieces(all, text, piece, false) == inPieces(all, text, kShort, false));
        require(inPieces(all, text, piece, true) == inPieces(all, text, kShort, true));
    }
    const auto asBody = [&](std::string_view body) {
        Guard guard(all);
        const auto guarded = guard.request({body, "m", 1});
        if (!json::Document::parse(body))
            return;
        require(json::Document::parse(guarded.body).has_value());
        for (const DialectId id : {DialectId::OpenAiChat, DialectId::AnthropicMessages, DialectId::Gemini, DialectId::Ollama, DialectId::OpenAiResponses}) {
            const auto answer = guard.reply(id, body);
            require(answer && json::Document::parse(answer->client).has_value());
            guard.beginStream(id, false);
            Guard::Answer out;
            require(guard.feed("data: " + std::string(body) + "\n\n", out).has_value() && guard.finish(out).has_value());
        }
    };
    asBody(text);
    std::string quoted;
    json::appendQuoted(quoted, text);
    asBody("{\"prompt\":" + quoted + "}");
    return 0;
}
