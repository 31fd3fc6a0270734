// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "policy/budget_span.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Where it is counted what was spent: the seam between budgets and who keeps them. spend_ledger.h keeps them on this
// machine.
namespace pm::policy {

/// Who spends, and what for. One budget has as many accounts as there are different `who`.
struct Account
{
    std::string place; ///< "router work", "global", "unified-api", "client-key alice"
    std::string by;    ///< as config::Budget
    std::string who;   ///< a value of `by`
    config::Budget::Per per = config::Budget::Per::Month;
    bool operator==(const Account &) const = default;

    /// At most kMaxText bytes: what is longer is cut, and told apart by a hash.
    std::string text() const;
    static constexpr std::size_t kMaxText = 88;
    /// From text(); what was cut stays cut.
    static Account fromText(std::string_view text, config::Budget::Per per);
};

/// Money put on an account, in micro-dollars.
struct Charge
{
    Account account;
    std::int64_t microUsd = 0;
};

/// How an account stands in its present span.
struct Balance
{
    Account account;
    Span span;
    std::int64_t spent = 0;    ///< settled, micro-dollars
    std::int64_t reserved = 0; ///< by requests under way: an upper bound
};

/// All functions are safe from any thread.
class SpendStore
{
public:
    virtual ~SpendStore() = default;

    /// Calls `done` with what each account has spent (settled) in the span of `now`: before it returns, or later on the
    /// calling thread. Error: ConnectFailed where it cannot be said and nothing may be spent unseen.
    using Done = std::function<void(Result<std::vector<std::int64_t>>)>;
    virtual void read(const std::vector<Account> &accounts, SystemTime now, Done done) = 0;

    /// A number for one request's reservations; never 0.
    virtual std::uint64_t begin() = 0;
    /// Before a call is sent: it may cost as much as this. Adds to what `number` has reserved already.
    virtual void reserve(std::uint64_t number, const std::vector<Charge> &most, SystemTime now) = 0;
    /// The request is over: all that `number` has reserved is let go, and this was spent. It counts in the span in which
    /// it was reserved; what is on an account that was not reserved is left out.
    virtual void settle(std::uint64_t number, const std::vector<Charge> &spent) = 0;

    /// True the first time that `level` or a higher one is told of this account in its span.
    virtual bool isNews(const Account &account, int level, SystemTime now) = 0;
    /// Accounts with anything on them, in the order of their texts.
    virtual std::vector<Balance> balances(SystemTime now) const = 0;
    /// Why counts may be lost at a crash; empty when all is well.
    virtual std::string problem() const = 0;
};

} // namespace pm::policy
