// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clients/client_text.h"
#include "page.h"

QT_BEGIN_NAMESPACE
class QPushButton;
class QSplitter;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

class ClientDetail;
class EmptyState;
class EntryList;
class NewKeyForm;
class SecretView;

/// Who may call: keys of clients, made here and of the configuration. GUI thread.
class ClientsPage : public Page
{
    Q_OBJECT

public:
    explicit ClientsPage(const PageContext &context, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("clients"); }
    QString title() const override { return tr("Clients"); }
    QString iconName() const override { return QStringLiteral("clients"); }
    void activate() override;
    void deactivate() override { m_poll.stop(); }
    void open(const Destination &destination) override; ///< item: the name of a key
    std::vector<Command> commands() override;

    void startNew(); ///< the form for a new key

private:
    enum Pane { Detail, Form, Shown, Nothing };
    void build();
    QWidget *makeList();
    QWidget *makePanes();
    void select(const QString &id);
    void refresh();
    void showList(const std::vector<Client> &clients);
    void endNew();
    void showMade(const QString &name, const Secret &secret);
    void revoke(const QString &name);

    const PageContext m_context;
    QPushButton *m_new;
    EntryList *m_list;
    QStackedWidget *m_panes;
    ClientDetail *m_detail;
    NewKeyForm *m_form;
    SecretView *m_secret;
    EmptyState *m_nothing;
    QSplitter *m_splitter = nullptr;
    QTimer m_poll;
    QString m_current; ///< Client::id
};

} // namespace pm::ui
