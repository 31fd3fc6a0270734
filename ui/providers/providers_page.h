// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "page.h"
#include "providers/provider_actions.h"

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QSplitter;
class QStackedWidget;
class QTableView;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class EmptyState;
class EntryList;
class KeyPanel;
class ModelsModel;
class StatusDot;

/// Who can be asked: keys, health, models and prices of every provider. GUI thread.
class ProvidersPage : public Page
{
    Q_OBJECT

public:
    ProvidersPage(const PageContext &context, ProviderActions actions, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("providers"); }
    QString title() const override { return tr("Providers"); }
    QString iconName() const override { return QStringLiteral("providers"); }
    void activate() override;
    void deactivate() override { m_poll.stop(); }
    void open(const Destination &destination) override; ///< item: the provider

    QString currentProvider() const { return m_current; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    QWidget *makeDetail();
    QWidget *makeModels();
    void select(const QString &name);
    void refresh();
    void showProvider(const ProviderStatus &provider);
    void loadModels();
    void fitModels();

    const PageContext m_context;
    const ProviderActions m_actions;
    QLineEdit *m_search;
    EntryList *m_list;
    StatusDot *m_dot;
    ElidedLabel *m_name;
    QLabel *m_health;
    ElidedLabel *m_url;
    QLabel *m_error;
    KeyPanel *m_key;
    ModelsModel *m_models;
    QSortFilterProxyModel *m_shown;
    QTableView *m_table;
    QLineEdit *m_filter;
    QLabel *m_count;
    EmptyState *m_noModels;
    QStackedWidget *m_modelsStack = nullptr;
    QSplitter *m_splitter = nullptr;
    QTimer m_poll;
    QString m_current;
    QString m_modelsOf; ///< whose models are shown, and how many there were
};

} // namespace pm::ui
