// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "policy/budgets.h"
#include "policy/client_key.h"
#include "widgets/status_dot.h"

#include <QString>

#include <vector>

// Client keys of both kinds as the window lists them, and what it says of them. Plain functions.
namespace pm::ui {

/// A key that this gateway made, or one of the configuration.
struct Client
{
    policy::ClientKey key;                    ///< of the configuration: what its row has
    std::string reference;                    ///< "env:BOB_KEY"; empty: made here
    std::vector<policy::BudgetState> budgets; ///< with what is spent of them
    bool isConfigured() const { return !reference.empty(); }
    QString id() const; ///< tells apart also a made and a configured one of the same name
};

/// Those that work first, by name.
std::vector<Client> clientsOf(const std::vector<policy::ClientKey> &made,
                              const std::vector<config::Server::ClientKey> &configured,
                              const std::vector<policy::BudgetState> &budgets, std::int64_t nowSeconds);

enum class ClientState { Active, Expired, Revoked };
ClientState stateOf(const Client &client, std::int64_t nowSeconds);
Sign stateSign(ClientState state);
QString stateWord(ClientState state); ///< "active", "expired", "revoked"

QString secretText(const Client &client);             ///< "pm-Ab3d…", "env:BOB_KEY"
QString listText(const std::vector<std::string> &of); ///< "work, dev"; "all"
QString limitText(const config::Limit &limit);        ///< "100 requests a minute"
QString limitsText(const Client &client);             ///< "none"
/// "$4.10 of $20.00" of the budget nearest to its end; empty without one.
QString spentText(const Client &client);
QString expiryText(const Client &client, std::int64_t nowSeconds); ///< "in 12 days, 9 Dec 2026"; "never"
QString usedText(const Client &client,
                 std::int64_t nowSeconds);  ///< "3 min ago"; "never"; unknown of the configuration
QString dayText(std::int64_t unixSeconds);  ///< "27 Nov 2026"; unknown for 0
QString metadataText(const Client &client); ///< "team=ml, user=bob"; "none"

} // namespace pm::ui
