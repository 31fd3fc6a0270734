// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"

#include <QAbstractListModel>
#include <QFrame>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QListView;
QT_END_NAMESPACE

namespace pm::ui {

/// How well `query` fits `title`: every word of it must stand in the title, at a word's start better than
/// inside, or its letters in order. 0 does not fit; higher is better.
int matchScore(const QString &query, const QString &title);

/// The commands that fit a query, best first; all of them, in their own order, for an empty one. At most
/// kMostShown.
class CommandModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { GroupRole = Qt::UserRole, IconNameRole, ShortcutRole };
    static constexpr int kMostShown = 60;

    using QAbstractListModel::QAbstractListModel;
    void setCommands(std::vector<Command> commands);
    void setQuery(const QString &query);
    /// Found in the store; shown behind what fits, as long as the query is the same.
    void addFound(std::vector<Command> found);
    const Command *command(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    std::vector<Command> m_all;
    std::vector<Command> m_shown;
    QString m_query;
};

/// Ctrl K: one field, one list, over the window. Pages, routers, actions, and traces from the store.
class CommandPalette : public QFrame
{
    Q_OBJECT

public:
    /// `openTrace` is called with the id of a trace that was chosen.
    CommandPalette(const PageContext &context, std::function<void(const std::string &)> openTrace,
                   QWidget *parent);

    void open(std::vector<Command> commands);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void search();
    void searchTraces();
    void showNone();
    void fitHeight();
    void run();

    const PageContext m_context;
    std::function<void(const std::string &)> m_openTrace;
    CommandModel *m_model;
    QLineEdit *m_field;
    QListView *m_list;
    QLabel *m_none;
    QPointer<QWidget> m_before; ///< had the focus, and gets it back
    QTimer m_pause;
    int m_job = 0;
};

} // namespace pm::ui
