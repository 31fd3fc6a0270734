// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_source.h"

namespace pm::ui::sample {

trace::Record makeExplainedRecord(std::int64_t startedAt)
{
    trace::Record record = makeFallbackRecord(startedAt);
    trace::Head &head = record.head;
    head.app = "codex";
    head.requestedModel = "gpt-5-mini";
    head.costMicroUsd = 31'200;
    record.detail.losses.clear();
    record.detail.attempts.front().model = "gpt-5-mini";
    // Worded as routing words them.
    record.detail.plan = {
        {"openai/gpt-5-mini", "rule 2 (long): request.input-tokens > 6000; cheapest, $0.0033", false},
        {"anthropic/claude-sonnet-5", "next, $0.0354", false},
        {"ollama/qwen3:32b", "fallback order", false},
        {"gemini/gemini-2.5-pro", "circuit open, 12 s left", true},
        {"openai/gpt-4", "context 8k < 10k needed", true},
        {"groq/llama-4-70b", "no key", true},
    };
    return record;
}

} // namespace pm::ui::sample
