// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/providers_page.h"

#include "format.h"
#include "providers/key_panel.h"
#include "providers/models_model.h"
#include "providers/provider_entries.h"
#include "widgets/elided_label.h"
#include "widgets/empty_state.h"
#include "widgets/status_dot.h"

#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

/// Cells that stand under their headings, which have this padding.
class PaddedDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyleOptionViewItem inner = option;
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, option.palette.brush(QPalette::Highlight));
        inner.rect.adjust(index.column() == ModelsModel::Id ? 15 : 5, 0, -5, 0);
        inner.state &= ~QStyle::State_HasFocus;
        inner.textElideMode = index.column() == ModelsModel::Id ? Qt::ElideMiddle : Qt::ElideRight;
        QStyledItemDelegate::paint(painter, inner, index);
    }
};

} // namespace

ProvidersPage::ProvidersPage(const PageContext &context, ProviderActions actions, QWidget *parent)
    : Page(parent)
    , m_context(context)
    , m_actions(std::move(actions))
    , m_search(new QLineEdit(this))
    , m_list(new EntryList(context.theme, tr("Providers"), this))
    , m_dot(new StatusDot(context.theme, this))
    , m_name(new ElidedLabel(context.theme.title(), Tone::Normal, this))
    , m_health(makeLabel({}, context.theme.font(), Tone::Muted, this))
    , m_url(new ElidedLabel(context.theme.monoSmall(), Tone::Muted, this))
    , m_error(makeLabel({}, context.theme.small(), Tone::Bad, this))
    , m_key(new KeyPanel(context.theme, m_actions, this))
    , m_models(new ModelsModel(this))
    , m_shown(new QSortFilterProxyModel(this))
    , m_table(new QTableView(this))
    , m_filter(new QLineEdit(this))
    , m_count(makeLabel({}, context.theme.small(), Tone::Muted, this))
    , m_noModels(new EmptyState(context.theme, this))
{
    build();
    connect(m_list, &EntryList::chosen, this, &ProvidersPage::select);
    connect(m_search, &QLineEdit::textChanged, m_list, &EntryList::setFilter);
    connect(m_search, &QLineEdit::returnPressed, m_list, &EntryList::enter);
    m_search->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_shown->setFilterFixedString(text.trimmed());
        m_count->setText(tr("%1 of %2").arg(m_shown->rowCount()).arg(m_models->rowCount()));
    });
    connect(context.source.changes.get(), &SourceChanges::providers, this, &ProvidersPage::refresh);
    connect(context.source.changes.get(), &SourceChanges::config, this, &ProvidersPage::refresh);
    m_poll.setInterval(1'000);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        if (isVisible())
            refresh();
    });
    m_current = context.state.value(u"providers/current"_s).toString();
    refresh();
}

void ProvidersPage::build()
{
    m_search->setPlaceholderText(tr("Find a provider"));
    m_search->setAccessibleName(tr("Find a provider"));
    m_search->setClearButtonEnabled(true);
    auto *left = new QWidget(this);
    left->setMinimumWidth(200);
    auto *list = new QVBoxLayout(left);
    list->setContentsMargins(8, 10, 8, 8);
    list->setSpacing(8);
    list->addWidget(m_search);
    list->addWidget(m_list, 1);
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(left);
    m_splitter->addWidget(makeDetail());
    m_splitter->setStretchFactor(1, 1);
    m_context.state.keep(m_splitter, u"providers"_s, {270, 900});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
}

QWidget *ProvidersPage::makeDetail()
{
    auto *detail = new QWidget(this);
    detail->setProperty("role", u"panel"_s);
    detail->setMinimumWidth(420);
    m_url->setElideMode(Qt::ElideMiddle);
    m_url->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_error->setWordWrap(true);
    auto *name = new QHBoxLayout;
    name->setSpacing(8);
    name->addWidget(m_dot);
    name->addWidget(m_name);
    name->addWidget(m_health, 1);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(18, 14, 18, 14);
    head->setSpacing(4);
    head->addLayout(name);
    head->addWidget(m_url);
    head->addWidget(m_error);
    head->addSpacing(10);
    head->addWidget(makeLabel(tr("Key"), m_context.theme.bold(), Tone::Normal, detail));
    m_key->setMaximumWidth(640);
    head->addWidget(m_key);
    auto *layout = new QVBoxLayout(detail);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(makeLine(Qt::Horizontal, detail));
    layout->addWidget(makeModels(), 1);
    return detail;
}

QWidget *ProvidersPage::makeModels()
{
    auto *pane = new QWidget(this);
    m_shown->setSourceModel(m_models);
    m_shown->setSortRole(Qt::UserRole);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_shown->setFilterKeyColumn(ModelsModel::Id);
    m_table->setModel(m_shown);
    m_table->setProperty("surface", u"panel"_s);
    m_table->setAccessibleName(tr("Models"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setItemDelegate(new PaddedDelegate(m_table));
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(28);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(ModelsModel::Id, QHeaderView::Stretch);
    m_table->viewport()->installEventFilter(this);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_filter->setPlaceholderText(tr("Filter models"));
    m_filter->setAccessibleName(tr("Filter models"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMaximumWidth(260);
    m_modelsStack = new QStackedWidget(pane);
    m_modelsStack->addWidget(m_table);
    m_modelsStack->addWidget(m_noModels);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(18, 10, 18, 8);
    head->setSpacing(10);
    head->addWidget(makeLabel(tr("Models"), m_context.theme.bold(), Tone::Normal, pane));
    head->addWidget(m_count, 1);
    head->addWidget(m_filter);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_modelsStack, 1);
    return pane;
}

/// Names come first: when room is short the price of cached tokens goes, then a part of what a model can do.
void ProvidersPage::fitModels()
{
    constexpr int kName = 190;
    constexpr int kFigures[] = {80, 74, 74, 74};
    constexpr int kCan = 172; ///< "tools, images, reasoning"
    constexpr int kLeastCan = 96;
    int rest = m_table->viewport()->width() - kName;
    for (int i = 0; i < 4; ++i) {
        rest -= kFigures[i];
        m_table->setColumnWidth(ModelsModel::Context + i, kFigures[i]);
    }
    const bool isNarrow = rest < kLeastCan;
    m_table->setColumnHidden(ModelsModel::Cached, isNarrow);
    m_table->setColumnWidth(ModelsModel::Can,
                            std::clamp(rest + (isNarrow ? kFigures[3] : 0), kLeastCan, kCan));
}

bool ProvidersPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search) {
        const bool isDown =
            event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Down;
        if (isDown)
            m_list->enter();
        return isDown;
    }
    if (event->type() == QEvent::Resize)
        fitModels();
    return Page::eventFilter(watched, event);
}

void ProvidersPage::activate()
{
    refresh();
    m_list->setFocus();
    m_poll.start();
}

void ProvidersPage::open(const Destination &destination)
{
    if (!destination.item.isEmpty())
        select(destination.item);
}

void ProvidersPage::select(const QString &name)
{
    m_current = name;
    m_context.state.setValue(u"providers/current"_s, name);
    refresh();
}

void ProvidersPage::refresh()
{
    const std::vector<ProviderStatus> providers = m_context.source.providers();
    if (providers.empty())
        return;
    const auto named = [this](const ProviderStatus &provider) {
        return fromUtf8(provider.name) == m_current;
    };
    auto shown = std::find_if(providers.begin(), providers.end(), named);
    if (shown == providers.end()) {
        shown = std::find_if(providers.begin(), providers.end(), isInUse);
        if (shown == providers.end())
            shown = providers.begin();
        m_current = fromUtf8(shown->name);
    }
    m_list->setEntries(providerEntries(providers), m_current);
    showProvider(*shown);
}

void ProvidersPage::showProvider(const ProviderStatus &provider)
{
    m_dot->setSign(healthSign(provider.health));
    m_name->setWholeText(fromUtf8(provider.title.empty() ? provider.name : provider.title));
    QString health = healthPhrase(provider.health, provider.healthText);
    if (provider.latencyMs)
        health += u" · "_s + durationText(std::int64_t(*provider.latencyMs * 1'000));
    if (provider.successRate)
        health += u" · "_s + tr("%1 answered in the last minute").arg(percentText(provider.successRate));
    m_health->setText(health);
    m_url->setWholeText(u"%1  ·  %2"_s.arg(provider.isDemo ? tr("built in") : fromUtf8(provider.baseUrl),
                                           fromUtf8(provider.dialect)));
    m_error->setText(tr("Last error: %1").arg(fromUtf8(provider.lastError)));
    m_error->setVisible(!provider.lastError.empty());
    m_key->setProvider(provider);
    const QString models = m_current + u'/' + QString::number(provider.models);
    if (models != m_modelsOf) {
        m_modelsOf = models;
        loadModels();
    }
}

void ProvidersPage::loadModels()
{
    std::vector<ModelInfo> models = m_actions.models(m_current.toStdString());
    std::reverse(models.begin(), models.end()); // the catalogue begins with the oldest
    m_models->setModels(std::move(models));
    const bool isEmpty = m_models->rowCount() == 0;
    m_noModels->showEmpty(tr("No models are known"),
                          tr("They are asked for by name all the same. List them in the configuration under "
                             "providers.%1.models to see them here.")
                              .arg(m_current));
    m_modelsStack->setCurrentIndex(isEmpty ? 1 : 0);
    m_filter->setVisible(!isEmpty);
    m_count->setText(isEmpty ? QString() : tr("%1 of %2").arg(m_shown->rowCount()).arg(m_models->rowCount()));
}

} // namespace pm::ui

#include "moc_providers_page.cpp"
