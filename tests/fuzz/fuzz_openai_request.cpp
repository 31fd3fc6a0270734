// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/openai_chat.h"

#include <cstdint>
#include <cstdlib>

// Request bodies: whatever is read can be written, and what is written is read again as the same.
namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void checkWritten(const pm::OpenAiChat &dialect, const pm::ChatRequest &request,
                  const pm::TargetTraits &target)
{
    pm::Losses losses;
    const auto written = dialect.writeRequest(request, target, losses);
    if (!written) {
        require(written.error().kind == pm::ErrorKind::NotSupported);
        return;
    }
    require(dialect.facts(*written).has_value());
    const auto again = dialect.readRequest(*written);
    require(again.has_value());
    pm::Losses none;
    const auto twice = dialect.writeRequest(*again, target, none);
    require(twice.has_value() && *twice == *written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char *>(data), size);
    const pm::OpenAiChat dialect;
    const auto facts = dialect.facts(body);
    if (facts)
        require(facts->promptText.size() <= 8 * 1024);
    pm::TargetTraits target;
    target.model = "m";
    if (const auto request = dialect.readRequest(body)) {
        require(facts.has_value());
        checkWritten(dialect, *request, target);
        target.strictFields = target.echoReasoning = target.emptyToolProperties = true;
        target.toolContentParts = target.structuredOutput = false;
        checkWritten(dialect, *request, target);
    }
    if (!facts)
        return 0;
    const auto moved = dialect.retarget(body, target, true);
    if (!moved)
        return 0;
    const auto after = dialect.facts(*moved);
    require(after.has_value());
    return 0;
}
