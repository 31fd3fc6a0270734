// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/routers_page.h"

#include "format.h"
#include "policies/cache_panel.h"
#include "policies/policies_form.h"
#include "routers/apply_bar.h"
#include "routers/failures_form.h"
#include "routers/route_form.h"
#include "routers/router_head.h"
#include "routers/what_if.h"
#include "routers/yaml_editor.h"
#include "session.h"
#include "widgets/empty_state.h"
#include "widgets/entry_list.h"
#include "widgets/line.h"
#include "widgets/segmented_tabs.h"

#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QScrollArea *scrolled(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);
    return area;
}

} // namespace

RoutersPage::RoutersPage(const PageContext &context, Session &session, const config::RouteWords &words, PolicySource policies)
    : m_context(context)
    , m_session(session)
    , m_words(words)
    , m_policySource(std::move(policies))
    , m_list(new EntryList(context.theme, tr("Routers"), this))
    , m_head(new RouterHead(context.theme, this))
    , m_bar(new ApplyBar(context.theme, session, this))
    , m_route(new RouteForm(context.theme, words))
    , m_failures(new FailuresForm(context.theme))
    , m_policies(new PoliciesForm(context.theme, words))
    , m_whatIf(new WhatIf(context.theme, m_context.source, session, this))
    , m_cache(new CachePanel(context.theme, m_policySource, session, this))
    , m_tabs(new SegmentedTabs(tr("Parts of the router"), this))
    , m_editor(new YamlEditor(context.theme, session, this))
    , m_empty(new EmptyState(context.theme, this))
    , m_formNote(makeLabel({}, context.theme.font(), Tone::Bad, this))
    , m_fileName(makeLabel({}, context.theme.bold(), Tone::Normal, this))
    , m_problems(new QPushButton(this))
{
    m_current = context.state.value(u"routers/current"_s).toString();
    build();
    connectParts();
    addShortcuts();
    refresh();
}

void RoutersPage::build()
{
    m_formNote->setWordWrap(true);
    m_formNote->setContentsMargins(14, 8, 14, 0);
    m_route->setTabAnchor(m_tabs->bar());
    m_tabs->addTab(tr("Route"), scrolled(m_route));
    m_tabs->addTab(tr("Failures"), scrolled(m_failures));
    m_policies->setTabAnchor(m_tabs->bar());
    m_tabs->addTab(tr("Policies"), scrolled(m_policies));
    m_tabs->addTab(tr("What if"), m_whatIf);
    m_tabs->addTab(tr("Cache"), m_cache);
    m_form = new QWidget(this);
    auto *form = new QVBoxLayout(m_form);
    form->setContentsMargins(0, 0, 0, 0);
    form->setSpacing(0);
    form->addWidget(m_head);
    form->addWidget(m_formNote);
    form->addWidget(m_tabs, 1);
    m_empty->showEmpty(tr("No routers yet"),
                       tr("A router is a base URL with a rule for who answers: the fastest target, shares by "
                          "weight, or one after "
                          "the other. Without one, the model's name decides."),
                       tr("New router"));
    m_middle = new QStackedWidget(this);
    m_middle->addWidget(m_form);
    m_middle->addWidget(m_empty);
    m_middle->setMinimumWidth(400);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_middle);
    m_splitter->addWidget(makeTextPane());
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_context.state.keep(m_splitter, u"routers"_s, {640, 400});
    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_bar);
    right->addWidget(makeLine(Qt::Horizontal, this));
    right->addWidget(m_splitter, 1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeListPane());
    layout->addWidget(makeLine(Qt::Vertical, this));
    layout->addLayout(right, 1);
    m_poll.setInterval(1'000);
}

QWidget *RoutersPage::makeListPane()
{
    auto *pane = new QWidget(this);
    m_listPane = pane;
    auto *add = new QPushButton(tr("+ New router"), pane);
    add->setProperty("kind", u"quiet"_s);
    add->setAccessibleName(tr("New router"));
    connect(add, &QPushButton::clicked, this, &RoutersPage::createRouter);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(4);
    layout->addWidget(m_list, 1);
    layout->addWidget(add);
    return pane;
}

QWidget *RoutersPage::makeTextPane()
{
    auto *pane = new QWidget(this);
    pane->setProperty("role", u"panel"_s);
    pane->setMinimumWidth(220);
    m_problems->setProperty("kind", u"link"_s);
    QSizePolicy kept = m_problems->sizePolicy(); // the text must not move when a problem comes or goes
    kept.setRetainSizeWhenHidden(true);
    m_problems->setSizePolicy(kept);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(14, 8, 10, 8);
    head->addWidget(m_fileName, 1);
    head->addWidget(m_problems);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_editor, 1);
    return pane;
}

void RoutersPage::connectParts()
{
    connect(m_list, &EntryList::chosen, this, &RoutersPage::select);
    connect(m_empty, &EmptyState::actionWanted, this, &RoutersPage::createRouter);
    connect(m_head, &RouterHead::renamed, this, &RoutersPage::rename);
    connect(m_head, &RouterHead::removeWanted, this, &RoutersPage::removeCurrent);
    connect(m_head, &RouterHead::activeWanted, this, &RoutersPage::makeActive);
    connect(m_problems, &QPushButton::clicked, this, &RoutersPage::goToProblem);
    connect(m_route, &RouteForm::edited, this, [this](const config::Router &changed) {
        edit([changed](std::string_view text) { return config::setRouter(text, changed); });
    });
    connect(m_route, &RouteForm::nodeFocused, this, [this](int node) {
        if (node < static_cast<int>(m_places.nodes.size()))
            m_editor->mark(m_places.nodes[static_cast<std::size_t>(node)].place);
        m_route->mark(node);
    });
    connect(m_route, &RouteForm::textWanted, this, [this](int node) {
        if (node >= static_cast<int>(m_places.nodes.size()))
            return;
        const config::Place place = m_places.nodes[static_cast<std::size_t>(node)].place;
        m_editor->goTo(place.line, place.column);
    });
    connect(m_failures, &FailuresForm::valueEdited, this,
            [this](const std::string &path, const std::string &yaml) {
                const std::string whole = m_places.path + "." + path;
                edit([whole, yaml](std::string_view text) {
                    return yaml.empty() ? config::removeValue(text, whole)
                                        : config::setValue(text, whole, yaml);
                });
            });
    connect(m_whatIf, &WhatIf::traceWanted, this, [this](const QString &id) {
        Q_EMIT wanted({u"traces"_s, {}, id.toStdString(), {}});
    });
    connectPolicies();
    connect(m_failures, &FailuresForm::focused, this, &RoutersPage::markPath);
    connect(m_editor, &YamlEditor::cursorMoved, this, &RoutersPage::followCursor);
    connect(&m_session, &Session::problemsChanged, this, &RoutersPage::refresh);
    connect(&m_session, &Session::appliedChanged, this, &RoutersPage::refresh);
    const SourceChanges *changes = m_context.source.changes.get();
    for (const auto signal : {&SourceChanges::status, &SourceChanges::config, &SourceChanges::providers})
        connect(changes, signal, this, &RoutersPage::refresh);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (isVisible() && !m_session.isCheckPending())
            refresh();
    });
}

void RoutersPage::connectPolicies()
{
    connect(m_policies, &PoliciesForm::edited, this, &RoutersPage::edit);
    connect(m_policies, &PoliciesForm::focused, this, &RoutersPage::markPath);
    connect(m_policies, &PoliciesForm::textWanted, this, [this](const std::string &path) {
        if (const auto place = config::findPlace(m_session.draft(), m_places.path + "." + path))
            m_editor->goTo(place->line, place->column);
    });
    connect(m_cache, &CachePanel::thresholdChosen, this, &RoutersPage::useThreshold);
    connect(m_cache, &CachePanel::policiesWanted, this, [this] { setTab(Tab::Policies); });
}

void RoutersPage::setTab(Tab tab)
{
    m_tabs->setCurrent(static_cast<int>(tab));
}

void RoutersPage::addShortcuts()
{
    const auto on = [this](const QKeySequence &keys, auto action) {
        connect(new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut),
                &QShortcut::activated, this, action);
    };
    on(QKeySequence::Undo, [this] { m_session.undo(); });
    on(Qt::CTRL | Qt::SHIFT | Qt::Key_Z, [this] { m_session.redo(); });
    on(Qt::CTRL | Qt::Key_Y, [this] { m_session.redo(); });
    on(QKeySequence::Save, [this] { m_bar->applyButton()->click(); });
    on(QKeySequence::New, [this] { createRouter(); });
    on(Qt::Key_F2, [this] {
        if (router())
            m_head->startRename();
    });
    on(Qt::Key_F8, [this] { goToProblem(); });
}

void RoutersPage::activate()
{
    refresh();
    m_list->setFocus();
    m_poll.start();
}

void RoutersPage::open(const Destination &destination)
{
    if (!destination.item.isEmpty())
        select(destination.item);
}

void RoutersPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_listPane->setFixedWidth(width() < 900 ? 144 : 180);
}

std::vector<Command> RoutersPage::commands()
{
    return {{tr("New router"), tr("Action"), u"routers"_s, u"Ctrl+N"_s, [this] {
                 Q_EMIT wanted({id(), {}, {}, {}});
                 createRouter();
             }}};
}

} // namespace pm::ui

#include "moc_routers_page.cpp"
