// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a configuration: loading never crashes nor hangs, problems stand inside the text, and an edit
// either fails or gives a text that parses and says what was asked.
#include "config/config_edit.h"
#include "config/config_yaml.h"

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

const KnownNames &known()
{
    static const KnownNames names{{"openai", "anthropic", "gemini", "ollama"},
                                  {"latency", "weighted", "model-weighted", "priority"},
                                  {"openai", "anthropic"}};
    return names;
}

void edit(std::string_view text, const Config &config)
{
    if (const auto done = setValue(text, "server.port", "9001"))
        require(load(*done, known()).config.server.port == 9001);
    if (const auto done = setValue(text, "routers.fuzz.timeouts.connect", "7s"))
        require(load(*done, known()).config.findRouter("fuzz") != nullptr);
    if (const auto done = appendItem(text, "server.allowed-hosts", "host.example"))
        require(load(*done, known()).config.server.allowedHosts.back() == "host.example");
    if (const auto done = removeValue(text, "providers"))
        require(load(*done, known()).config.providers.empty());
    if (config.routers.empty())
        return;
    Router router = config.routers.front();
    require(findPlace(text, "routers").has_value());
    if (const auto done = renameRouter(text, router.name, "renamed"))
        require(load(*done, known()).config.findRouter("renamed") != nullptr);
    if (const auto done = removeRouter(text, router.name))
        require(load(*done, known()).config.findRouter(router.name) == nullptr);
    router.retries.maxRetries = 5;
    router.routes[EndpointType::Chat] = {
        .strategy = "weighted", .children = {{.provider = "openai", .weight = 0.5}, {.provider = "gemini"}}};
    if (const auto done = setRouter(text, router))
        require(*load(*done, known()).config.findRouter(router.name) == router);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const Loaded loaded = load(text, known());
    for (const Problem &problem : loaded.problems) {
        require(problem.line >= 1 && problem.column >= 1 && problem.length >= 0);
        require(std::size_t(problem.column) + std::size_t(problem.length) <= size + 1);
        require(!problem.message.empty());
    }
    formatProblems("fuzz", loaded.problems);
    edit(text, loaded.config);
    load("{}", known(), {{"POINTSMAN__SERVER__PORT", std::string(text)}});
    return 0;
}
