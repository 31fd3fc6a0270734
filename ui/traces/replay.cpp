// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/replay.h"

#include "format.h"
#include "gateway.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr char kRouterHeader[] = "x-pointsman-router";
constexpr char kStars[] = "****"; ///< what the store has in place of a credential

bool isBare(std::string_view path)
{
    constexpr std::array<std::string_view, 8> kStarts{"/v1/",        "/v1beta/", "/v2/",     "/chat/",
                                                      "/messages", "/embeddings", "/models", "/upload/"};
    return std::any_of(kStarts.begin(), kStarts.end(), [&](auto start) { return path.starts_with(start); });
}

bool is(std::string_view name, const char *other)
{
    return fromUtf8(name).compare(QLatin1String(other), Qt::CaseInsensitive) == 0;
}

/// Set anew for each connection, or by this client's own HTTP.
bool isOfTheConnection(std::string_view name)
{
    constexpr std::array kNames{"host",       "content-length",    "connection", "accept-encoding",
                                "keep-alive", "transfer-encoding", "expect"};
    return std::any_of(kNames.begin(), kNames.end(), [&](const char *other) { return is(name, other); });
}

bool asksForSocket(const trace::Record &record)
{
    const trace::HeaderList &headers = record.detail.requestHeaders;
    return std::any_of(headers.begin(), headers.end(), [](const trace::HeaderList::Field &field) {
        return is(field.first, "upgrade") && is(field.second, "websocket");
    });
}

} // namespace

Replay::Replay(QObject *parent)
    : QObject(parent)
    , m_network(new QNetworkAccessManager(this))
{
    m_network->setProxy(QNetworkProxy::NoProxy);
}

QString Replay::obstacle(const trace::Record &record)
{
    const trace::Body &body = record.detail.requestBody;
    if (record.head.state == trace::State::Running)
        return tr("The request is still running.");
    if (asksForSocket(record))
        return tr("It was a WebSocket, whose messages answer each other.");
    if (body.bytes.isEmpty() && (body.isTruncated() || record.head.method == "POST"))
        return tr("Its body was not kept (traces.bodies).");
    if (body.isTruncated())
        return tr("Only %1 of its body's %2 were kept.")
            .arg(bytesText(body.bytes.size()), bytesText(body.fullSize));
    return {};
}

QString Replay::pathOf(const trace::Record &record)
{
    // It named no router and went through none; a bare path would go through the one that is active now.
    const bool wasFree = record.head.router.empty() || record.head.router == "ai";
    return (wasFree && isBare(record.head.path) ? u"/ai"_s : QString()) + fromUtf8(record.head.path);
}

trace::HeaderList Replay::headersOf(const trace::Record &record)
{
    trace::HeaderList headers;
    bool namesRouter = false;
    for (const auto &[name, value] : record.detail.requestHeaders) {
        if (isOfTheConnection(name) || value == kStars)
            continue;
        namesRouter = namesRouter || is(name, kRouterHeader);
        headers.add(name, value);
    }
    const trace::Head &head = record.head;
    if (!namesRouter && isBare(head.path) && !head.router.empty() && head.router != "ai")
        headers.add(kRouterHeader, head.router);
    return headers;
}

void Replay::send(const trace::Record &record, const QString &baseUrl, const Secret &ownKey)
{
    QNetworkRequest request(QUrl(baseUrl + pathOf(record)));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    const auto bytesOf = [](std::string_view text) { return QByteArray(text.data(), qsizetype(text.size())); };
    const trace::HeaderList headers = headersOf(record);
    for (const auto &[name, value] : headers)
        request.setRawHeader(bytesOf(name), bytesOf(value));
    request.setRawHeader(bytesOf(Gateway::ownKeyHeader()), bytesOf(ownKey.reveal()));
    QNetworkReply *reply = m_network->sendCustomRequest(
        request, QByteArray::fromStdString(record.head.method), record.detail.requestBody.bytes);
    connect(reply, &QNetworkReply::metaDataChanged, this, [this, reply] {
        const QByteArray id = reply->rawHeader("x-request-id");
        if (id.isEmpty() || reply->property("began").toBool())
            return;
        reply->setProperty("began", true);
        Q_EMIT began(id.toStdString());
    });
    // The answer is in the trace; here it is only let through, for a client that goes away cancels.
    connect(reply, &QNetworkReply::readyRead, reply, [reply] { reply->readAll(); });
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        if (!reply->property("began").toBool())
            Q_EMIT failed(reply->errorString());
    });
}

} // namespace pm::ui

#include "moc_replay.cpp"
