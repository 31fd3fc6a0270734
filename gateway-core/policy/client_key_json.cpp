// SPDX-License-Identifier: GPL-3.0-or-later
// Client keys as JSON: in the file of keys and in the admin API.
#include "policy/client_key.h"

#include "config/scalars.h"
#include "policy/budget_span.h"

#include <array>
#include <cmath>

namespace pm::policy {

namespace {

using config::Budget;
using config::Limit;

constexpr std::array<std::pair<Limit::Of, std::string_view>, 3> kOf{
    {{Limit::Of::Requests, "requests"}, {Limit::Of::Tokens, "tokens"}, {Limit::Of::Cost, "usd"}}};

double unitOf(Limit::Of of)
{
    return of == Limit::Of::Cost ? 1e6 : 1;
}

void writeTexts(json::Writer &out, std::string_view name, const std::vector<std::string> &texts)
{
    out.key(name);
    out.beginArray();
    for (const std::string &text : texts)
        out.string(text);
    out.endArray();
}

void writeLimit(json::Writer &out, const Limit &limit)
{
    const double unit = unitOf(limit.of);
    const auto amount = [&](std::string_view name, std::int64_t value) {
        if (limit.of == Limit::Of::Cost)
            out.member(name, static_cast<double>(value) / unit);
        else
            out.member(name, value);
    };
    out.beginObject();
    for (const auto &[of, name] : kOf) {
        if (of == limit.of)
            amount(name, limit.amount);
    }
    out.member("per", std::to_string(limit.per.count()) + "ms");
    if (limit.burst > 0)
        amount("burst", limit.burst);
    out.endObject();
}

void writeBudget(json::Writer &out, const Budget &budget)
{
    out.beginObject();
    if (!budget.name.empty())
        out.member("name", budget.name);
    out.member("usd", static_cast<double>(budget.microUsd) / 1e6);
    out.member("per", perName(budget.per));
    out.member("warn-at", budget.warnAt);
    out.member("then", budget.then == Budget::Then::Downgrade ? "downgrade" : "stop");
    out.endObject();
}

Failure wrong(std::string what)
{
    return fail(ErrorKind::BadRequest, std::move(what));
}

Result<std::vector<std::string>> readTexts(json::Element object, std::string_view name)
{
    std::vector<std::string> texts;
    const auto given = json::find(object, name);
    if (!given)
        return texts;
    const auto list = json::findArray(object, name);
    if (!list)
        return wrong(std::string(name) + " must be a list of texts");
    const json::Array items = *list;
    for (const json::Element item : items) {
        if (!item.is_string())
            return wrong(std::string(name) + " must be a list of texts");
        texts.emplace_back(item.get_string().value_unsafe());
    }
    return texts;
}

Result<Limit> readLimit(json::Element object)
{
    Limit limit;
    const auto per = json::findString(object, "per");
    const auto time = config::parseDuration(per.value_or("1m"));
    for (const auto &[of, name] : kOf) {
        const auto amount = json::findDouble(object, name);
        if (!amount)
            continue;
        limit.of = of;
        limit.amount = std::llround(*amount * unitOf(of));
    }
    if (limit.amount < 1 || !time || time->count() < 1)
        return wrong(R"(a limit is {"requests": 100, "per": "1m"}, or of tokens or usd)");
    limit.per = *time;
    limit.burst = std::llround(json::findDouble(object, "burst").value_or(0) * unitOf(limit.of));
    return limit;
}

Result<Budget> readBudget(json::Element object)
{
    const auto usd = json::findDouble(object, "usd");
    const std::string per(json::findString(object, "per").value_or("month"));
    auto budget = parseBudget(config::writeNumber(usd.value_or(0)) + "/" + per);
    if (!budget)
        return wrong(R"(a budget is {"usd": 20, "per": "month"}; spans are hour, day, week, month, total)");
    budget->name = json::findString(object, "name").value_or("");
    budget->warnAt = json::findDouble(object, "warn-at").value_or(budget->warnAt);
    if (json::findString(object, "then") == "downgrade")
        budget->then = Budget::Then::Downgrade;
    if (budget->warnAt <= 0 || budget->warnAt > 1)
        return wrong("warn-at is a share from 0.01 to 1");
    return budget;
}

/// Of each object in the list `name`.
template <typename Item>
Result<void> readAll(json::Element object, std::string_view name, Result<Item> (*read)(json::Element), std::vector<Item> &into)
{
    const auto list = json::findArray(object, name);
    if (!list && json::find(object, name))
        return wrong(std::string(name) + " must be a list");
    if (!list)
        return {};
    const json::Array items = *list;
    for (const json::Element item : items) {
        auto one = item.is_object() ? read(item) : Result<Item>(wrong("an item of " + std::string(name) + " must be an object"));
        if (!one)
            return tl::unexpected(one.error());
        into.push_back(std::move(*one));
    }
    return {};
}

Result<void> readExpiry(json::Element object, std::int64_t now, ClientKey &key)
{
    if (const auto text = json::findString(object, "expires"); text && !text->empty()) {
        const auto at = parseExpiry(*text, now);
        if (!at)
            return tl::unexpected(at.error());
        key.expiresAt = *at;
        return {};
    }
    key.expiresAt = json::findInt(object, "expires").value_or(0);
    return {};
}

Result<void> readMetadata(json::Element object, ClientKey &key)
{
    const auto given = json::find(object, "metadata");
    if (!given)
        return {};
    if (!given->is_object())
        return wrong("metadata must be an object of texts");
    const json::Object members = given->get_object().value_unsafe();
    for (const auto &[name, value] : members) {
        if (!value.is_string())
            return wrong("metadata must be an object of texts");
        key.metadata[std::string(name)] = std::string(std::string_view(value.get_string().value_unsafe()));
    }
    return {};
}

} // namespace

void writeClientKey(json::Writer &out, const ClientKey &key, bool isStored)
{
    out.beginObject();
    out.member("name", key.name);
    if (isStored)
        out.member("sha256", key.hash);
    out.member("shown", key.shown);
    writeTexts(out, "routers", key.routers);
    writeTexts(out, "models", key.models);
    out.key("limits");
    out.beginArray();
    for (const Limit &limit : key.limits)
        writeLimit(out, limit);
    out.endArray();
    out.key("budgets");
    out.beginArray();
    for (const Budget &budget : key.budgets)
        writeBudget(out, budget);
    out.endArray();
    out.key("metadata");
    out.beginObject();
    for (const auto &[name, value] : key.metadata)
        out.member(name, value);
    out.endObject();
    out.member("created", key.createdAt);
    out.member("expires", key.expiresAt);
    out.member("revoked", key.revokedAt);
    out.member("used", key.usedAt);
    out.endObject();
}

Result<ClientKey> readClientKey(json::Element object, std::int64_t now)
{
    if (!object.is_object())
        return wrong(R"(a client key is an object: {"name": "alice"})");
    ClientKey key;
    key.name = json::findString(object, "name").value_or("");
    key.hash = json::findString(object, "sha256").value_or("");
    key.shown = json::findString(object, "shown").value_or("");
    for (const auto &[name, into] : {std::pair("routers", &key.routers), std::pair("models", &key.models)}) {
        auto texts = readTexts(object, name);
        if (!texts)
            return tl::unexpected(texts.error());
        *into = std::move(*texts);
    }
    auto read = readAll<Limit>(object, "limits", readLimit, key.limits);
    if (read)
        read = readAll<Budget>(object, "budgets", readBudget, key.budgets);
    if (read)
        read = readExpiry(object, now, key);
    if (read)
        read = readMetadata(object, key);
    if (read)
        read = checkClientKey(key);
    if (!read)
        return tl::unexpected(read.error());
    key.createdAt = json::findInt(object, "created").value_or(0);
    key.revokedAt = json::findInt(object, "revoked").value_or(0);
    key.usedAt = json::findInt(object, "used").value_or(0);
    return key;
}

} // namespace pm::policy
