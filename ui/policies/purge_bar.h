// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class Theme;

/// Takes answers out of the cache: which, then what will go, then the deed. GUI thread.
class PurgeBar : public QWidget
{
    Q_OBJECT

public:
    explicit PurgeBar(const Theme &theme, QWidget *parent = nullptr);

    /// `entries`: how many the store has of the router, and of all.
    void setHeld(const QString &router, std::int64_t entries, std::int64_t all);
    void showDone(std::int64_t removed);

Q_SIGNALS:
    void purgeWanted(const pm::policy::CachePurge &which);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void build(const Theme &theme);
    void ask();
    void confirm(bool purge);
    QString whatGoes() const;
    policy::CachePurge which() const;

    QString m_router;
    std::int64_t m_entries = 0;
    std::int64_t m_all = 0;
    ComboBox *m_whose;
    QLineEdit *m_model;
    ComboBox *m_age;
    QPushButton *m_start;
    QWidget *m_question;
    QLabel *m_what;
    QPushButton *m_yes;
    QPushButton *m_no;
    QLabel *m_done;
};

} // namespace pm::ui
