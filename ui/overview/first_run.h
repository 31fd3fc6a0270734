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
    bool isDone() const { return m_progress.isDone(); }

Q_SIGNALS:
    void providersWanted();
    void tracesWanted();
    void dismissed();

private:
    struct Step
    {
        StatusDot *dot;
        QLabel *title;
        QLabel *text;
    };
    Step addStep(QGridLayout *grid, const QString &title);
    void build();
    QGridLayout *makeSteps();
    QGridLayout *makeTools();
    QWidget *makeCommand(QLineEdit *field, const QString &name, QPushButton *extra);
    void setDone(const Step &step, bool done);
    void tryDemo();
    QString providersText(const std::vector<ProviderStatus> &providers) const;

    const PageContext m_context;
    Progress m_progress; ///< as last shown
    QNetworkAccessManager *m_network;
    Step m_serve, m_ask, m_provider;
    QLineEdit *m_curl;
    std::vector<std::pair<QLineEdit *, QString>> m_tools; ///< with %1 for the base URL
    QPushButton *m_try;
    QPushButton *m_traces;
    QPushButton *m_addKey;
    QLabel *m_answer;
    QString m_toolsUrl; ///< that their lines have
    bool m_isTrying = false;
};

} // namespace pm::ui
