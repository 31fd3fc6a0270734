// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_routers.h"

namespace pm::ui::sample {

std::string routersText()
{
    return "routers:\n"
           "  production:\n"
           "    # pictures go to gemini\n"
           "    route:\n"
           "      strategy: conditional\n"
           "      rules:\n"
           "        - when: {request.has-image: true}\n"
           "          use: gemini/gemini-2.5-pro\n"
           "        - when:\n"
           "            request.input-tokens: {gt: 60000}\n"
           "            metadata.team: [ml, search]\n"
           "          name: long\n"
           "          use:\n"
           "            strategy: sticky\n"
           "            settings: {idle: 30m}\n"
           "            children:\n"
           "              - anthropic/claude-sonnet-5\n"
           "              - openai/gpt-5\n"
           "      default:\n"
           "        strategy: weighted\n"
           "        children:\n"
           "          - {target: anthropic/claude-sonnet-5, weight: 0.7}\n"
           "          - {target: openai/gpt-5, weight: 0.3}\n"
           "  experiment:\n"
           "    route:\n"
           "      strategy: ab\n"
           "      settings: {experiment: autumn}\n"
           "      children:\n"
           "        - {target: anthropic/claude-sonnet-5, weight: 3, name: control}\n"
           "        - {target: openai/gpt-5, weight: 1, name: challenger}\n"
           "  allowances:\n"
           "    route:\n"
           "      strategy: usage\n"
           "      children:\n"
           "        - {target: openai/gpt-5, rpm: 500, tpm: 200000}\n"
           "        - {target: groq/llama-4-70b, rpm: 30}\n"
           "  careful:\n"
           "    route:\n"
           "      strategy: task\n"
           "      rules:\n"
           "        - {is: code, use: anthropic/claude-sonnet-5}\n"
           "        - {is: title, use: openai/gpt-5-mini}\n"
           "      default:\n"
           "        strategy: hedge\n"
           "        settings: {quantile: 0.9, delay: 2s}\n"
           "        children: [openai/gpt-5, groq/llama-4-70b]\n"
           "  topics:\n"
           "    route:\n"
           "      strategy: semantic\n"
           "      settings: {embedding: ollama/nomic-embed-text, threshold: 0.6}\n"
           "      rules:\n"
           "        - examples: [write a unit test, fix this compiler error, refactor this class]\n"
           "          name: code\n"
           "          use: anthropic/claude-sonnet-5\n"
           "        - examples: [translate to French]\n"
           "          use: gemini/gemini-2.5-pro\n"
           "      default: openai/gpt-5-mini\n";
}

std::string troubledRoutersText()
{
    return routersText() +
           "  troubled:\n"
           "    route:\n"
           "      strategy: conditional\n"
           "      rules:\n"
           "        - when: {request.has-imagge: true}\n"
           "          use: gemini/gemini-2.5-pro\n"
           "        - when: {request.prompt: {regex: '(unclosed'}, client.app: {exists: maybe}}\n"
           "          use: opnai/gpt-5\n"
           "        - when: {not: {time.houre: 3}}\n"
           "          use:\n"
           "            strategy: balanced\n"
           "            settings: {cost: 12, latency: fast}\n"
           "            children: [openai/gpt-5, anthropic/claude-sonnet-5]\n"
           "        - when: {time.hour: {gt: 18}}\n"
           "          use: {strategy: latancy, children: [openai, groq]}\n"
           "      default:\n"
           "        strategy: weighted\n"
           "        children:\n"
           "          - {target: anthropic/claude-sonnet-5, weight: 0.7}\n"
           "          - {target: openai/gpt-5, weight: 0.7}\n"
           "    retries: {min-delay: soon}\n"
           "  twelve-chars:\n"
           "    route:\n"
           "      strategy: conditional\n"
           "      rules:\n"
           "        - when: {metadata.a-long-name-of-a-department: [research-and-development, quality-assurance, legal]}\n"
           "          name: everything-that-the-large-departments-ask\n"
           "          use: my-long-named-vllm-server/meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8\n"
           "      default: openai/gpt-5\n"
           "providers:\n"
           "  my-long-named-vllm-server: {format: openai, base-url: 'http://10.0.0.5:8000/v1'}\n";
}

std::vector<RouterStatus> routersInForce()
{
    using Health = ProviderStatus::Health;
    RouterStatus production{"production", true, 3, "conditional", {}};
    production.list = {
        {"gemini/gemini-2.5-pro", "gemini", 0, 0.04, "closed", 540.0, Health::Healthy},
        {"anthropic/claude-sonnet-5", "anthropic", 0.7, 0.662, "closed", 612.0, Health::Healthy},
        {"openai/gpt-5", "openai", 0.3, 0.298, "half-open", 1'900.0, Health::Degraded},
    };
    std::vector<RouterStatus> all{production};
    for (const char *name : {"experiment", "allowances", "careful", "topics", "guarded"}) {
        all.push_back(production);
        all.back().name = name;
        all.back().isActive = false;
    }
    return all;
}

} // namespace pm::ui::sample
