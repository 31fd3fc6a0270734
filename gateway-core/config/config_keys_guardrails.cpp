// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"

// `guardrails`: the rows of an item stand here once; patternBelow() leads the other places to them.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"guardrails", T::List, "[]", "For all routers and /ai, as `global.guardrails`. See the page on guardrails."},
    {.path = "guardrails.[]",
     .type = T::Section,
     .sense = "What is looked for, and what happens then. A check's name alone takes its defaults.",
     .shortForm = T::Text},
    {.path = "guardrails.[].check",
     .type = T::Text,
     .sense = "pii, secrets, patterns, allow, injection, schema, max-size, max-characters, max-tokens, max-tools, models or tools.",
     .isRequired = true},
    {"guardrails.[].name", T::Text, "", "What verdicts, counts and messages call it. Missing: the check's name."},
    {"guardrails.[].mode", T::Word, "",
     "flag only notes; soft redacts or replaces where the action says so, and goes on; hard refuses, where the action is "
     "block. Missing: hard; of injection: flag.",
     "flag|soft|hard"},
    {"guardrails.[].action", T::Word, "block",
     "block; redact puts `[EMAIL]` in its place; replace puts `<EMAIL_1>` there, and the value back into the answer.",
     "block|redact|replace"},
    {"guardrails.[].side", T::Word, "",
     "Where it looks. Missing: both for pii, secrets, patterns and tools, answer for schema, request for the others.",
     "request|answer|both"},
    {.path = "guardrails.[].entities",
     .type = T::Text,
     .sense = "Of pii: email, phone, card, iban, ssn, ip. Of secrets: private-key, api-key, jwt, token. Missing: all.",
     .orMany = true},
    {.path = "guardrails.[].patterns",
     .type = T::Pattern,
     .sense = "Of patterns and allow: regular expressions (RE2).",
     .orMany = true},
    {.path = "guardrails.[].models",
     .type = T::Text,
     .sense = "Of models: names as clients write them, with or without provider; a `*` at the end stands for any rest.",
     .orMany = true},
    {.path = "guardrails.[].tools",
     .type = T::Text,
     .sense = "Of tools: names; a `*` at the end stands for any rest.",
     .orMany = true},
    {"guardrails.[].schema", T::Data, "", "Of schema: a JSON Schema (draft 7), as a map or as JSON text."},
    {"guardrails.[].limit", T::Size, "", "Of the checks that count: the most that is allowed; of max-size also as 64KiB.", "", 0,
     kGiB},
};

} // namespace

std::span<const Key> guardrailKeys()
{
    return kKeys;
}

} // namespace pm::config
