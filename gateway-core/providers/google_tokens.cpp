// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/google_tokens.h"

#include <QCryptographicHash>

#include <algorithm>

namespace pm {

namespace {

using std::chrono::seconds;

/// Not used any more this long before its end: it must last for the way to the provider.
constexpr seconds kMargin{60};
/// From here on a new one is fetched while the old one still serves.
constexpr seconds kAhead{300};
/// How long a refusal stands before the endpoint is asked again.
constexpr seconds kRest{10};
constexpr std::size_t kMostAccounts = 32;
constexpr std::size_t kMostBody = std::size_t(64) * 1024;

std::string hashOf(const Secret &account)
{
    const std::string_view text = account.reveal();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size())));
    return hash.result().toStdString();
}

} // namespace

std::shared_ptr<GoogleTokens::Entry> GoogleTokens::find(const Secret &account)
{
    std::shared_ptr<Entry> &entry = m_entries[hashOf(account)];
    if (!entry)
        entry = std::make_shared<Entry>();
    entry->used = m_clock.steadyNow();
    const std::shared_ptr<Entry> found = entry;
    while (m_entries.size() > kMostAccounts) {
        const auto oldest = std::min_element(m_entries.begin(), m_entries.end(), [](const auto &a, const auto &b) {
            return a.second->used < b.second->used;
        });
        m_entries.erase(oldest);
    }
    return found;
}

std::optional<Secret> GoogleTokens::ready(const Secret &account)
{
    const auto entry = find(account);
    const SteadyTime now = m_clock.steadyNow();
    if (entry->token.value.isEmpty() || now + kMargin >= entry->token.expires)
        return std::nullopt;
    if (now + kAhead >= entry->token.expires && !entry->call && now >= entry->failedUntil)
        (void)fetch(account, entry); // what goes wrong is told when the old one is over
    return entry->token.value;
}

Result<GoogleTokens::Waiting> GoogleTokens::request(const Secret &account, Done done)
{
    const auto entry = find(account);
    if (!entry->call && m_clock.steadyNow() < entry->failedUntil)
        return fail(entry->failure);
    if (!entry->call) {
        if (auto started = fetch(account, entry); !started)
            return fail(started.error());
    }
    std::erase_if(entry->waiting, [](const std::weak_ptr<Done> &each) { return each.expired(); });
    auto waiting = std::make_shared<Done>(std::move(done));
    entry->waiting.push_back(waiting);
    return waiting;
}

Result<void> GoogleTokens::fetch(const Secret &account, const std::shared_ptr<Entry> &entry)
{
    const auto read = readServiceAccount(account.reveal());
    if (!read)
        return fail(read.error());
    const auto assertion = signedAssertion(*read, m_clock.systemNow());
    if (!assertion)
        return fail(assertion.error());
    entry->status = 0;
    entry->body.clear();
    // The entry owns the call, so that no callback outlives it.
    Entry *own = entry.get();
    http::UpstreamCallbacks callbacks;
    callbacks.onHead = [own](const http::UpstreamHead &head) { own->status = head.status; };
    callbacks.onData = [own](std::string_view bytes) {
        own->body.append(bytes.substr(0, kMostBody - std::min(kMostBody, own->body.size())));
    };
    callbacks.onDone = [this, own](Result<void> result) { finished(*own, result); };
    entry->call = m_upstream.start(tokenRequest(*read, *assertion), std::move(callbacks));
    return {};
}

void GoogleTokens::finished(Entry &entry, const Result<void> &result)
{
    // Who is called may ask again, and may be the last to know this entry.
    const std::unique_ptr<http::UpstreamCall> ended = std::move(entry.call);
    const std::vector<std::weak_ptr<Done>> waiting = std::exchange(entry.waiting, {});
    Result<AccessToken> token = result ? readToken(entry.status, entry.body, m_clock.steadyNow())
                                       : Result<AccessToken>(tl::unexpected(result.error()));
    entry.body.clear();
    if (token) {
        entry.token = std::move(*token);
        entry.failedUntil = {};
    } else {
        entry.failure = token.error();
        entry.failure.message.insert(0, "no access token for the provider: ");
        entry.failedUntil = m_clock.steadyNow() + kRest;
    }
    const Result<Secret> answer =
        token ? Result<Secret>(entry.token.value) : Result<Secret>(tl::unexpected(entry.failure));
    for (const std::weak_ptr<Done> &each : waiting) {
        if (const auto done = each.lock())
            (*done)(answer);
    }
}

} // namespace pm
