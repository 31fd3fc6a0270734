// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QGridLayout;
class QLabel;
class QLineEdit;
class QNetworkAccessManager;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class StatusDot;

/// The three steps of a first run, with live ticks: the gateway serves, something was asked, a provider can
/// be used.
class FirstRun : public QFrame
{
    Q_OBJECT

public:
    struct Progress
    {
        bool serves = false;
        bool asked = false;
        bool hasProvider = false;
        bool isDone() const { return serves && asked && hasProvider; }
    };
    static Progress progressOf(const GatewayStatus &status, const std::vector<ProviderStatus> &providers,
                               bool asked);
    static QString curlLine(const std::string &baseUrl);

    explicit FirstRun(const PageContext &context, QWidget *parent = nullptr);
    void refresh(bool asked);

Q_SIGNALS:
    void providersWanted();
    void dismissed();

private:
    struct Step
    {
        StatusDot *dot;
        QLabel *title;
        QLabel *text;
    };
    Step addStep(QGridLayout *grid, const QString &title);
    QWidget *makeCommand(QLineEdit *field, const QString &name, QPushButton *extra);
    void setDone(const Step &step, bool done);
    void tryDemo();
    QString providersText(const std::vector<ProviderStatus> &providers) const;

    const PageContext m_context;
    QNetworkAccessManager *m_network;
    Step m_serve, m_ask, m_provider;
    QLineEdit *m_curl;
    QLineEdit *m_openAi;
    QLineEdit *m_anthropic;
    QPushButton *m_try;
    QPushButton *m_addKey;
    QLabel *m_answer;
};

} // namespace pm::ui
