// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/client_text.h"

#include "config/scalars.h"
#include "format.h"
#include "spend/budget_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDay = 86'400;

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::clients", text);
}

Client configuredClient(const config::Server::ClientKey &key)
{
    Client client;
    client.key.name = key.name;
    client.key.routers = key.routers;
    client.key.models = key.models;
    client.key.limits = key.limits;
    client.key.budgets = key.budgets;
    client.key.metadata = key.metadata;
    client.reference = key.key.empty() ? "?" : key.key;
    return client;
}

QString spanText(std::chrono::milliseconds span)
{
    switch (span.count()) {
    case 1'000:
        return tr("a second");
    case 60'000:
        return tr("a minute");
    case 3'600'000:
        return tr("an hour");
    case 86'400'000:
        return tr("a day");
    default:
        return tr("in %1").arg(fromUtf8(config::writeDuration(span)));
    }
}

} // namespace

QString Client::id() const
{
    return (isConfigured() ? u"config/"_s : u"made/"_s) + fromUtf8(key.name);
}

std::vector<Client> clientsOf(const std::vector<policy::ClientKey> &made,
                              const std::vector<config::Server::ClientKey> &configured,
                              const std::vector<policy::BudgetState> &budgets, std::int64_t nowSeconds)
{
    std::vector<Client> clients;
    for (const policy::ClientKey &key : made)
        clients.push_back({key, {}, {}});
    for (const config::Server::ClientKey &key : configured)
        clients.push_back(configuredClient(key));
    for (Client &client : clients) {
        for (const policy::BudgetState &state : budgets) {
            if (state.balance.account.place == "client-key " + client.key.name)
                client.budgets.push_back(state);
        }
        sortByNeed(client.budgets);
    }
    std::sort(clients.begin(), clients.end(), [nowSeconds](const Client &a, const Client &b) {
        return std::tuple(stateOf(a, nowSeconds), a.key.name, a.isConfigured()) <
               std::tuple(stateOf(b, nowSeconds), b.key.name, b.isConfigured());
    });
    return clients;
}

ClientState stateOf(const Client &client, std::int64_t nowSeconds)
{
    if (client.key.revokedAt > 0)
        return ClientState::Revoked;
    return client.key.expiresAt > 0 && client.key.expiresAt <= nowSeconds ? ClientState::Expired
                                                                          : ClientState::Active;
}

Sign stateSign(ClientState state)
{
    switch (state) {
    case ClientState::Active:
        return {Glyph::Check, &Tokens::good};
    case ClientState::Expired:
        return {Glyph::HalfDisc, &Tokens::warn};
    case ClientState::Revoked:
        break;
    }
    return {Glyph::Barred, &Tokens::bad};
}

QString stateWord(ClientState state)
{
    switch (state) {
    case ClientState::Active:
        return tr("active");
    case ClientState::Expired:
        return tr("expired");
    case ClientState::Revoked:
        break;
    }
    return tr("revoked");
}

QString secretText(const Client &client)
{
    if (client.isConfigured())
        return fromUtf8(client.reference);
    return client.key.shown.empty() ? unknownText() : fromUtf8(client.key.shown) + u'…';
}

QString listText(const std::vector<std::string> &of)
{
    QStringList names;
    for (const std::string &name : of)
        names.append(fromUtf8(name));
    return names.isEmpty() ? tr("all") : names.join(u", "_s);
}

QString limitText(const config::Limit &limit)
{
    const QString span = spanText(limit.per);
    switch (limit.of) {
    case config::Limit::Of::Requests:
        return tr("%1 requests %2").arg(countText(limit.amount), span);
    case config::Limit::Of::Tokens:
        return tr("%1 tokens %2").arg(countText(limit.amount), span);
    case config::Limit::Of::Cost:
        break;
    }
    return tr("%1 %2").arg(costText(limit.amount), span);
}

QString limitsText(const Client &client)
{
    QStringList texts;
    for (const config::Limit &limit : client.key.limits)
        texts.append(limitText(limit));
    return texts.isEmpty() ? tr("none") : texts.join(u", "_s);
}

QString spentText(const Client &client)
{
    return client.budgets.empty() ? QString() : budgetAmount(client.budgets.front());
}

QString dayText(std::int64_t unixSeconds)
{
    return unixSeconds <= 0 ? unknownText()
                            : QLocale().toString(QDateTime::fromSecsSinceEpoch(unixSeconds), u"d MMM yyyy"_s);
}

QString expiryText(const Client &client, std::int64_t nowSeconds)
{
    const std::int64_t at = client.key.expiresAt;
    if (at <= 0)
        return tr("never");
    const std::int64_t left = at - nowSeconds;
    if (left <= 0)
        return tr("since %1").arg(dayText(at));
    if (left < 2 * kDay)
        return tr("in %1 h, %2").arg(left / 3'600).arg(dayText(at));
    return tr("in %1 days, %2").arg(left / kDay).arg(dayText(at));
}

QString usedText(const Client &client, std::int64_t nowSeconds)
{
    if (client.isConfigured())
        return unknownText();
    return client.key.usedAt <= 0 ? tr("never") : agoText(client.key.usedAt * kMicros, nowSeconds * kMicros);
}

QString metadataText(const Client &client)
{
    QStringList texts;
    for (const auto &[name, value] : client.key.metadata)
        texts.append(fromUtf8(name) + u'=' + fromUtf8(value));
    return texts.isEmpty() ? tr("none") : texts.join(u", "_s);
}

} // namespace pm::ui
