// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/simulation_query.h"

#include "base/json.h"
#include "config/scalars.h"

#include <QDateTime>
#include <QString>

namespace pm {

namespace {

Failure badField(std::string_view name, const std::string &what)
{
    Error error{ErrorKind::BadRequest, std::string(name) + ": " + what};
    error.param = name;
    return fail(std::move(error));
}

Result<void> readMoment(json::Element root, const char *name, SystemTime now, std::int64_t &moment)
{
    if (!json::find(root, name))
        return {};
    const auto text = json::findString(root, name);
    if (!text)
        return badField(name, "must be a string, like \"24h\" or \"2026-11-27T09:30\"");
    const auto parsed = parseMoment(*text, now);
    if (!parsed)
        return badField(name, parsed.error().message);
    moment = *parsed;
    return {};
}

Result<void> readText(json::Element root, const char *name, std::string &text)
{
    if (!json::find(root, name))
        return {};
    const auto value = json::findString(root, name);
    if (!value)
        return badField(name, "must be a string");
    text = *value;
    return {};
}

Result<void> readLast(json::Element root, int &last)
{
    const auto value = json::find(root, "last");
    if (!value)
        return {};
    std::int64_t number = 0;
    if (value->get(number) || number < 1 || number > SimulationQuery::kMost)
        return badField("last", "must be a whole number from 1 to " + std::to_string(SimulationQuery::kMost));
    last = static_cast<int>(number);
    return {};
}

Result<void> refuseUnknown(json::Element root)
{
    const json::Object object = root.get_object().value_unsafe();
    for (const auto member : object) {
        if (member.key != "router" && member.key != "config" && member.key != "last" &&
            member.key != "since" && member.key != "until")
            return badField(member.key.substr(0, 50),
                            "is not known; there are router, config, last, since, until");
    }
    return {};
}

} // namespace

Result<std::int64_t> parseMoment(std::string_view text, SystemTime now)
{
    if (const auto ago = config::parseDuration(text))
        return unixMicros(now - *ago);
    const QDateTime time =
        QDateTime::fromString(QString::fromUtf8(text.data(), qsizetype(text.size())), Qt::ISODate);
    if (!time.isValid() || time.toMSecsSinceEpoch() <= 0) {
        return fail(ErrorKind::BadRequest,
                    "\"" + std::string(text.substr(0, 50)) +
                        "\" is no moment; write 24h (ago), 2026-11-27 or 2026-11-27T09:30:00Z");
    }
    return time.toMSecsSinceEpoch() * 1000;
}

Result<SimulationOrder> readSimulationOrder(std::string_view json, SystemTime now)
{
    SimulationOrder order;
    if (json.empty())
        return order;
    const auto document = json::Document::parse(json);
    if (!document)
        return tl::unexpected(document.error());
    const json::Element root = document->root();
    if (!root.is_object())
        return fail(ErrorKind::BadRequest, "the body must be a JSON object: {\"router\": …, \"last\": 200}");
    std::string text;
    for (const auto &read :
         {refuseUnknown(root), readText(root, "router", order.query.router), readText(root, "config", text),
          readLast(root, order.query.last), readMoment(root, "since", now, order.query.since),
          readMoment(root, "until", now, order.query.until)}) {
        if (!read)
            return tl::unexpected(read.error());
    }
    if (json::find(root, "last") && order.query.isRange())
        return badField("last", "either last, or since and until");
    if (json::find(root, "config"))
        order.configText = std::move(text);
    return order;
}

} // namespace pm
