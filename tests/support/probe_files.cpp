// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/feature_probes.h"

#include "base/json.h"
#include "support/places.h"

#include <QFile>

namespace pm::test {

namespace {

/// The members of the object in tests/probes/FORMAT + `end`; none when there is no such file.
std::vector<Probe> probesIn(const Dialect &format, const QString &end)
{
    const std::string_view name = format.name();
    QFile file(inTests(QStringLiteral("/probes/")) + QString::fromUtf8(name.data(), qsizetype(name.size())) + end);
    std::vector<Probe> probes;
    if (!file.open(QIODevice::ReadOnly))
        return probes;
    const std::string text = file.readAll().toStdString();
    const auto members = json::Document::parse(text) ? json::members(text) : Result<std::vector<json::Member>>{};
    if (!members)
        return probes;
    for (const json::Member &member : *members)
        probes.push_back({std::string(member.name(text)),
                          text.substr(member.value.begin, member.value.end - member.value.begin)});
    return probes;
}

} // namespace

std::vector<Probe> probesOf(const Dialect &client)
{
    return probesIn(client, QStringLiteral(".json"));
}

std::vector<Probe> answersOf(const Dialect &target)
{
    return probesIn(target, QStringLiteral(".answers.json"));
}

} // namespace pm::test
