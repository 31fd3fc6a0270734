// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/client_key.h"

#include "config/scalars.h"
#include "policy/budget_span.h"
#include "policy/name_pattern.h"

#include <QCryptographicHash>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <cmath>

namespace pm::policy {

namespace {

constexpr std::string_view kStart = "pm-";
constexpr std::size_t kRandom = 32;
constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kMostName = 64;

bool isAlnum(char c)
{
    return kLetters.find(c) != std::string_view::npos;
}

} // namespace

Secret makeClientSecret()
{
    std::string secret(kStart);
    for (std::size_t i = 0; i < kRandom; ++i)
        secret += kLetters[QRandomGenerator::system()->bounded(static_cast<quint32>(kLetters.size()))];
    return Secret(std::move(secret));
}

bool isClientSecret(std::string_view text)
{
    return text.size() == kStart.size() + kRandom && text.starts_with(kStart)
           && std::all_of(text.begin() + kStart.size(), text.end(), isAlnum);
}

std::string hashOf(std::string_view secret)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::fromRawData(secret.data(), static_cast<qsizetype>(secret.size())));
    return hash.result().toHex().toStdString();
}

bool allowsModel(const std::vector<std::string> &patterns, std::string_view model)
{
    if (patterns.empty())
        return true;
    const std::size_t slash = model.find('/');
    // A bare pattern is for that model of any provider; routers are not meant by it.
    const std::string_view bare = slash == std::string_view::npos || model.starts_with("router/") ? std::string_view()
                                                                                                  : model.substr(slash + 1);
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string &pattern) {
        const bool isBare = pattern.find('/') == std::string::npos && pattern != "*";
        return fitsPattern(model, pattern) || (isBare && !bare.empty() && fitsPattern(bare, pattern));
    });
}

Result<void> checkClientKey(const ClientKey &key)
{
    const bool isName = !key.name.empty() && key.name.size() <= kMostName
                        && std::all_of(key.name.begin(), key.name.end(), [](char c) {
                               return isAlnum(c) || c == '-' || c == '_' || c == '.';
                           });
    if (!isName)
        return fail(ErrorKind::BadRequest, "a client key's name is 1 to 64 letters, digits, '-', '_' or '.'");
    for (const std::string &model : key.models) {
        const std::size_t star = model.find('*');
        if (model.empty() || (star != std::string::npos && star + 1 != model.size()))
            return fail(ErrorKind::BadRequest, "a model is a name, with a * at the end for any rest");
    }
    return {};
}

Result<config::Budget> parseBudget(std::string_view text)
{
    constexpr double kMostUsd = 1e9;
    config::Budget budget;
    budget.by = "api-key";
    const std::size_t slash = text.find('/');
    std::string_view amount = text.substr(0, slash);
    if (amount.starts_with('$'))
        amount.remove_prefix(1);
    const auto usd = config::parseNumber(amount);
    const std::string_view per = slash == std::string_view::npos ? "month" : text.substr(slash + 1);
    using Per = config::Budget::Per;
    for (const Per known : {Per::Hour, Per::Day, Per::Week, Per::Month, Per::Total}) {
        if (perName(known) != per || !usd || *usd < 0.000001 || *usd > kMostUsd)
            continue;
        budget.per = known;
        budget.microUsd = std::llround(*usd * 1e6);
        return budget;
    }
    return fail(ErrorKind::BadRequest, "a budget is dollars and a span: 20/month; spans are hour, day, week, month, total");
}

Result<config::Limit> parseLimit(std::string_view text)
{
    config::Limit limit;
    const std::size_t slash = text.find('/');
    std::string_view amount = text.substr(0, slash);
    std::string_view per = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
    double unit = 1;
    const auto cut = [&amount](std::string_view end) {
        const bool is = amount.ends_with(end);
        amount.remove_suffix(is ? end.size() : 0);
        return is;
    };
    if (cut("-tokens") || cut("tokens") || cut("t"))
        limit.of = config::Limit::Of::Tokens;
    else if (cut("-usd") || cut("usd"))
        limit.of = config::Limit::Of::Cost;
    if (limit.of == config::Limit::Of::Cost)
        unit = 1e6;
    else if (cut("k"))
        unit = 1e3;
    else if (cut("M"))
        unit = 1e6;
    const auto number = config::parseNumber(amount);
    const bool hasNumber = !per.empty() && per.front() >= '0' && per.front() <= '9';
    const auto time = config::parseDuration(hasNumber ? std::string(per) : "1" + std::string(per)); // "minute" is one
    if (!number || *number <= 0 || *number * unit > 1e15 || !time || time->count() < 1) {
        return fail(ErrorKind::BadRequest,
                    "a limit is an amount and the time in which it comes back: 100/1m, 200k-tokens/1h, 5usd/1d");
    }
    limit.amount = std::max<std::int64_t>(1, std::llround(*number * unit));
    limit.per = *time;
    return limit;
}

Result<std::int64_t> parseExpiry(std::string_view text, std::int64_t now)
{
    if (const auto moment = config::parseDate(text))
        return *moment;
    if (const auto after = config::parseDuration(text); after && after->count() > 0)
        return now + std::chrono::duration_cast<std::chrono::seconds>(*after).count();
    return fail(ErrorKind::BadRequest, "a key expires after a time or on a day: 30d, 2026-12-31, 2026-12-31T18:00");
}

} // namespace pm::policy
