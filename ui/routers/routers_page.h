// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"
#include "page.h"
#include "policies/policy_source.h"
#include "routers/route_places.h"
#include "widgets/entry_list.h"

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
QT_END_NAMESPACE

namespace pm::ui {

class ApplyBar;
class CachePanel;
class EmptyState;
class FailuresForm;
class PoliciesForm;
class RouteForm;
class RouterHead;
class SegmentedTabs;
class Session;
class WhatIf;
class YamlEditor;

/// The routers, as form and as text over one draft. GUI thread.
class RoutersPage : public Page
{
    Q_OBJECT

public:
    /// `words`: what may stand in a router; outlives the page.
    RoutersPage(const PageContext &context, Session &session, const config::RouteWords &words, PolicySource policies);

    QString id() const override { return QStringLiteral("routers"); }
    QString title() const override { return tr("Routers"); }
    QString iconName() const override { return QStringLiteral("routers"); }
    void activate() override;
    void deactivate() override { m_poll.stop(); }
    enum class Tab { Route, Failures, Policies, WhatIf, Cache };
    void setTab(Tab tab);
    void open(const Destination &destination) override;
    std::vector<Command> commands() override;

    QString currentRouter() const { return m_current; }
    YamlEditor &editor() { return *m_editor; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    QWidget *makeTextPane();
    QWidget *makeListPane();
    void connectParts();
    void connectPolicies();
    void addShortcuts();

    // routers_page_show.cpp: what is seen
    void refresh();
    EntryList::Entry entryOf(const config::Router &router) const;
    void refreshList();
    void refreshForm();
    void refreshPolicies(const config::Router &router, const config::PlaceFinder &text);
    void refreshProblems();
    const config::Router *router() const;

    // routers_page_edit.cpp: what is done
    void select(const QString &name);
    void createRouter();
    void removeCurrent();
    void rename(const QString &name);
    void makeActive();
    void edit(const std::function<Result<std::string>(std::string_view)> &edit);
    void useThreshold(double threshold);
    void goToProblem();
    void followCursor(int line);
    void markPath(const std::string &path);

    const PageContext m_context;
    Session &m_session;
    const config::RouteWords &m_words;
    const PolicySource m_policySource;
    EntryList *m_list;
    RouterHead *m_head;
    ApplyBar *m_bar;
    RouteForm *m_route;
    FailuresForm *m_failures;
    PoliciesForm *m_policies;
    WhatIf *m_whatIf;
    CachePanel *m_cache;
    SegmentedTabs *m_tabs;
    YamlEditor *m_editor;
    EmptyState *m_empty;
    QLabel *m_formNote;
    QLabel *m_fileName;
    QPushButton *m_problems;
    QStackedWidget *m_middle = nullptr;
    QWidget *m_form = nullptr;
    QWidget *m_listPane = nullptr;
    QSplitter *m_splitter = nullptr;
    QTimer m_poll;
    QString m_current;
    RoutePlaces m_places;
};

} // namespace pm::ui
