// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/checks.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

// What each rule costs, in microseconds per kB of clean prose, of code, and of text full of digits and finds: one line of
// JSON a rule. Usage: bench_guardrails [ROUNDS=2000]

using namespace pm::policy;

namespace {

std::string repeated(std::string_view text, std::size_t bytes)
{
    std::string all;
    while (all.size() < bytes)
        all += text;
    all.resize(bytes);
    return all;
}

double microsecondsPerKb(const TextCheck &check, const std::string &text, int rounds)
{
    std::vector<Find> finds;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) {
        finds.clear();
        check.find(text, 0, finds);
    }
    const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
    return taken.count() / rounds / (double(text.size()) / 1024);
}

} // namespace

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 2000;
    const std::string prose = repeated("The quick brown fox jumps over the lazy dog, and nobody in 2024 minded that it did so again. ", 8192);
    const std::string code = repeated("for (std::size_t i = 0; i < m_items.size(); ++i) { total += m_items[i].price * 100; } // see page 12\n", 8192);
    const std::string full = repeated("bob@example.com, +1 415 555 2671, 4111 1111 1111 1111, 8.8.8.8, sk-proj-abcdefghij0123456789klmn, 2024-11-27 10:15 ", 8192);
    for (const Check &row : checks()) {
        pm::config::Guardrail guardrail;
        guardrail.check = row.name;
        guardrail.patterns = {"(?i)project\\s+falcon"};
        if (!row.makeText)
            continue;
        const auto check = row.makeText(guardrail);
        std::printf("{\"rule\":\"%s\",\"prose\":%.3f,\"code\":%.3f,\"finds\":%.3f}\n", std::string(row.name).c_str(),
                    microsecondsPerKb(*check, prose, rounds), microsecondsPerKb(*check, code, rounds),
                    microsecondsPerKb(*check, full, rounds));
    }
    return 0;
}
