// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"
#include "trace/trace.h"

#include <QObject>
#include <QString>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
QT_END_NAMESPACE

namespace pm::ui {

/// Sends what a record's client sent once more: to the gateway's own listener, as any client would, so that
/// it takes the whole way and leaves a trace of its own. The client's credential is not stored; this window's
/// own key stands in for it. GUI thread.
class Replay : public QObject
{
    Q_OBJECT

public:
    explicit Replay(QObject *parent = nullptr);

    /// Why the record cannot be sent again, in a sentence; empty when it can.
    static QString obstacle(const trace::Record &record);
    /// Where to, so that the request goes through the router it went through, whichever is active by now.
    static QString pathOf(const trace::Record &record);
    /// The stored headers but for those of that one connection and the stars in place of credentials.
    static trace::HeaderList headersOf(const trace::Record &record);

    void send(const trace::Record &record, const QString &baseUrl, const Secret &ownKey);

Q_SIGNALS:
    void began(const std::string &id); ///< of the new trace, as soon as the answer begins
    void failed(const QString &why);   ///< the gateway itself could not be reached

private:
    QNetworkAccessManager *m_network;
};

} // namespace pm::ui
