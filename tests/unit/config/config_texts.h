// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_edit.h"
#include "config/config_yaml.h"

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

// What the tests of reading, checking and editing configurations share.
namespace pm::config::test {

inline KnownNames known()
{
    return {{"openai", "anthropic", "gemini", "ollama"},
            {"latency", "balanced-latency", "provider-latency", "weighted", "provider-weighted",
             "model-weighted", "model-latency", "round-robin", "priority"},
            {"openai", "anthropic"}};
}

inline Loaded loaded(const QString &text, const Environment &environment = {})
{
    return load(text.toStdString(), known(), environment);
}

/// "line:column+length E path | message" for each problem.
inline QStringList told(const std::vector<Problem> &problems)
{
    QStringList lines;
    for (const Problem &p : problems)
        lines << QStringLiteral("%1:%2+%3 %4 %5 | %6")
                     .arg(p.line)
                     .arg(p.column)
                     .arg(p.length)
                     .arg(QLatin1String(p.severity == Problem::Severity::Error ? "E" : "W"))
                     .arg(QString::fromStdString(p.path), QString::fromStdString(p.message));
    return lines;
}

inline std::string text(const QString &value)
{
    return value.toStdString();
}

inline QString result(const Result<std::string> &value)
{
    return value ? QString::fromStdString(*value)
                 : QStringLiteral("error: ") + QString::fromStdString(value.error().message);
}

/// A file as people have it: comments everywhere, both styles, odd spacing, quotes, not only ASCII.
inline const QString kRich = QStringLiteral(R"(# Größe: whole-file head comment — ünïcödé
server:   # who listens
  port: 8080      # the usual port

  address: "127.0.0.1"   # loopback only

# vendors
providers:
  openai: {api-key: keychain:openai, models: [gpt-4o, "gpt-4.1"]}   # flow
  anthropic:
    # two keys
    api-key: [env:ANTHROPIC_API_KEY, keychain:anthropic-2]

routers:
  # the one that matters
  production:
    load-balance:
      chat:
        strategy: weighted   # not latency: the bill
        providers:
          # cheap when idle
          - {provider: anthropic, weight: '0.7'}  # main
          - provider: openai
            weight: '0.3'    # spare
    retries: {strategy: exponential, min-delay: 500ms, max-retries: 2} # enough
    # end of production
  staging:
    route: {strategy: latency, children: [openai, anthropic]}

active-router: production  # tray default
# tail
)");

} // namespace pm::config::test
