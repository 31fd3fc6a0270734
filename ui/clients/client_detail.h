// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clients/client_text.h"

#include <QWidget>

#include <array>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class BudgetList;
class ElidedLabel;
class ProblemNote;
class Theme;

/// One client key: how it stands, what it may do, what it spent; and Revoke, confirmed in place. GUI thread.
class ClientDetail : public QWidget
{
    Q_OBJECT

public:
    explicit ClientDetail(const Theme &theme, QWidget *parent = nullptr);

    void setClient(const Client &client, std::int64_t nowSeconds);
    void setProblem(const QString &problem); ///< why it could not be revoked; empty: none

Q_SIGNALS:
    void revokeWanted(const QString &name); ///< confirmed
    void configurationWanted();             ///< where a configured one is changed

private:
    enum Fact { Secret, Routers, Models, Limits, Metadata, Expires, Used, Made, kFacts };
    QWidget *makeHead();
    QWidget *makeFacts();
    QWidget *makeRevoke();
    void askRevoke(bool isAsking);

    const Theme &m_theme;
    Client m_client;
    StatusDot *m_sign;
    ElidedLabel *m_name;
    QLabel *m_state;
    std::array<QLabel *, kFacts> m_facts{};
    QLabel *m_budgetsTitle;
    QLabel *m_noBudget;
    BudgetList *m_budgets;
    QLabel *m_question;
    QPushButton *m_revoke;
    QPushButton *m_confirm;
    QPushButton *m_keep;
    QPushButton *m_configure;
    ProblemNote *m_problem;
};

} // namespace pm::ui
