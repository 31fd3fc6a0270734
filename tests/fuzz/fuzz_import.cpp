// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as another gateway's configuration: importing never crashes nor hangs, notes stand inside the
// text, and what is made loads without errors.
#include "config/import/import.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace pm;
using namespace pm::config;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

const ImportContext &context()
{
    static const ImportContext made{
        {{"openai", "anthropic", "gemini", "ollama", "azure", "bedrock", "vertex", "groq", "mistral"},
         {"latency", "weighted", "priority", "least-connections", "usage", "cost"},
         {"openai", "anthropic", "gemini", "ollama", "bedrock"}},
        {{"openai", "openai", "https://api.openai.com/v1"},
         {"anthropic", "anthropic", "https://api.anthropic.com/v1"},
         {"gemini", "gemini", "https://generativelanguage.googleapis.com/v1beta"},
         {"ollama", "ollama", "http://127.0.0.1:11434", true},
         {"azure", "openai", ""},
         {"bedrock", "bedrock", "https://bedrock-runtime.REGION.amazonaws.com"},
         {"vertex", "gemini", "https://aiplatform.googleapis.com/v1beta1/publishers/google"},
         {"groq", "openai", "https://api.groq.com/openai/v1"},
         {"mistral", "openai", "https://api.mistral.ai/v1"}}};
    return made;
}

/// Routes by rules are not checked here: what may stand in them is the check's own matter.
bool hasRules(const std::string &yaml)
{
    return yaml.find("rules:") != std::string::npos;
}

void tryOne(const Importer &importer, std::string_view text)
{
    const auto made = importer.run(text, context());
    if (!made) {
        require(!made.error().message.empty());
        return;
    }
    const auto lines =
        std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r') + 1;
    for (const ImportNote &note : made->notes)
        require(note.line >= 0 && note.line <= lines && !note.what.empty());
    require(!formatNotes("fuzz", made->notes).empty() || made->notes.empty());
    require(hasRules(made->yaml) || load(made->yaml, context().known).isUsable());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    for (const Importer &importer : importers())
        tryOne(importer, text);
    return 0;
}
