// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/cache_panel.h"

#include "format.h"
#include "policies/near_misses.h"
#include "policies/policy_text.h"
#include "policies/purge_bar.h"
#include "session.h"
#include "style/theme.h"
#include "widgets/figure_row.h"
#include "widgets/figure_tile.h"
#include "widgets/line.h"

#include <QHBoxLayout>
#include <QPointer>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr int kBetweenReads = 10'000; ///< milliseconds

QString storeText(const std::string &store)
{
    return store == "memory" ? CachePanel::tr("in memory")
           : store == "disk" ? CachePanel::tr("on disk")
                             : CachePanel::tr("in %1").arg(fromUtf8(store));
}

} // namespace

CachePanel::CachePanel(const Theme &theme, const PolicySource &source, Session &session, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_session(session)
    , m_entries(new FigureTile(theme, FigureTile::Kind::Plain, tr("Answers kept"), this))
    , m_hits(new FigureTile(theme, FigureTile::Kind::Plain, tr("Hit rate"), this))
    , m_saved(new FigureTile(theme, FigureTile::Kind::Plain, tr("Money saved"), this))
    , m_time(new FigureTile(theme, FigureTile::Kind::Plain, tr("Time saved"), this))
    , m_store(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_purge(new PurgeBar(theme, this))
    , m_misses(new NearMisses(theme, this))
{
    build(theme);
    connect(m_purge, &PurgeBar::purgeWanted, this, &CachePanel::purge);
    connect(m_misses, &NearMisses::thresholdChosen, this, &CachePanel::thresholdChosen);
    connect(m_misses, &NearMisses::policiesWanted, this, &CachePanel::policiesWanted);
}

void CachePanel::build(const Theme &)
{
    auto *figures = new FigureRow({m_entries, m_hits, m_saved, m_time}, this);
    m_store->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->setSpacing(10);
    layout->addWidget(figures);
    layout->addWidget(m_store);
    layout->addWidget(m_purge);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_misses, 1);
}

void CachePanel::setRouter(const QString &name)
{
    if (name != m_router)
        m_lastRead.invalidate();
    m_router = name;
    refresh();
}

void CachePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_lastRead.invalidate();
    refresh();
}

void CachePanel::refresh()
{
    if (!isVisible())
        return;
    readHoldings();
    showCounts();
    showHoldings();
    showMisses();
}

void CachePanel::readHoldings()
{
    // The whole store is read: not with every look.
    const bool isFresh = m_lastRead.isValid() && m_lastRead.elapsed() < kBetweenReads;
    if (isFresh || std::exchange(m_isReading, true))
        return;
    m_lastRead.start();
    m_source.readCache([self = QPointer<CachePanel>(this)](const policy::CacheHoldings &holdings) {
        if (!self)
            return;
        self->m_isReading = false;
        self->m_isKnown = true;
        self->m_holdings = holdings;
        self->showHoldings();
    });
}

const config::Cache *CachePanel::cache() const
{
    const config::Router *router = m_session.config().findRouter(m_router.toStdString());
    const config::Policies &shared = m_session.config().globalPolicies;
    if (router && router->policies.cache)
        return &*router->policies.cache;
    return shared.cache ? &*shared.cache : nullptr;
}

void CachePanel::showCounts()
{
    const auto all = m_source.cacheCounts();
    const auto own = all.find(m_router.toStdString());
    if (own == all.end() || askedOf(own->second) == 0) {
        m_hits->setFigure(unknownText(), tr("no request looked here yet"));
        m_saved->setFigure(unknownText(), tr("saved"));
        m_time->setFigure(unknownText(), tr("of waiting saved"));
        return;
    }
    const metrics::CacheCounts &counts = own->second;
    const QString hits = tr("%1 hits").arg(countText(hitsOf(counts)));
    m_hits->setFigure(percentText(hitRate(counts)),
                      counts.semanticHits > 0 ? tr("%1, %2 near").arg(hits, countText(std::int64_t(counts.semanticHits))) : hits);
    m_saved->setFigure(costText(std::int64_t(counts.savedMicroUsd)), tr("saved"));
    m_time->setFigure(durationText(std::int64_t(counts.savedUs)), tr("of waiting saved"));
}

void CachePanel::showHoldings()
{
    const policy::CacheUse &use = m_holdings.use;
    const auto own = std::find_if(use.routers.begin(), use.routers.end(),
                                  [&](const policy::CacheUse::OfRouter &each) { return each.router == m_router.toStdString(); });
    const std::int64_t entries = own == use.routers.end() ? 0 : std::int64_t(own->entries);
    const std::int64_t bytes = own == use.routers.end() ? 0 : std::int64_t(own->bytes);
    m_entries->setFigure(m_isKnown ? countText(entries) : unknownText(),
                         entries == 1 ? tr("answer, %1").arg(bytesText(bytes)) : tr("answers, %1").arg(bytesText(bytes)));
    const bool isBad = !use.problem.empty();
    setTone(m_store, isBad ? Tone::Warn : Tone::Muted);
    if (isBad)
        m_store->setText(tr("The store %1 does not work: %2").arg(fromUtf8(m_holdings.store), fromUtf8(use.problem)));
    else if (!m_isKnown)
        m_store->setText(tr("Reading what is kept"));
    else if (m_holdings.store.empty())
        m_store->setText(tr("No router in force keeps answers."));
    else
        m_store->setText(tr("Hits and savings since the start. All routers: %1 answers, %2 %3%4")
                             .arg(countText(std::int64_t(use.entries)), bytesText(std::int64_t(use.bytes)), storeText(m_holdings.store),
                                  use.evicted > 0 ? tr("; %1 went for want of room").arg(countText(std::int64_t(use.evicted))) : QString()));
    m_purge->setHeld(m_router, entries, std::int64_t(use.entries));
}

void CachePanel::showMisses()
{
    NearMisses::State state;
    const config::Cache *held = cache();
    if (held && held->semantic)
        state.threshold = held->semantic->threshold;
    state.areKept = m_session.config().traces.bodies == config::Traces::Bodies::Full;
    for (const policy::NearMiss &miss : m_source.nearMisses()) {
        if (miss.router == m_router.toStdString())
            state.misses.push_back(miss);
    }
    m_misses->show(std::move(state));
}

void CachePanel::purge(const policy::CachePurge &which)
{
    m_source.purgeCache(which, [self = QPointer<CachePanel>(this)](std::uint64_t removed) {
        if (!self)
            return;
        self->m_purge->showDone(std::int64_t(removed));
        self->m_lastRead.invalidate();
        self->refresh();
    });
}

} // namespace pm::ui

#include "moc_cache_panel.cpp"
