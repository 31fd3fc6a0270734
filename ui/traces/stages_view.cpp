// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/stages_view.h"

#include "style/theme.h"
#include "traces/code_view.h"
#include "traces/line_marks.h"
#include "traces/loss_list.h"
#include "widgets/elided_label.h"
#include "widgets/tab_bar.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kLeastBeside = 680; ///< pixels; in less, two texts stand one above the other
constexpr int kLeastRoomy = 360;  ///< pixels; in less, the list of losses gives way
} // namespace

StagesView::StagesView(const Theme &theme, const QString &name, const QStringList &names, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_lastName(tr("%1, %2").arg(name, names.last()))
    , m_bar(new TabBar(this))
    , m_about(new ElidedLabel(theme.small(), Tone::Muted, this))
    , m_losses(new LossList(theme, this))
    , m_note(makeLabel({}, theme.small(), Tone::Muted, this))
    , m_split(new QSplitter(this))
    , m_code(new CodeView(theme, name, m_split))
{
    m_bar->setAccessibleName(tr("%1: which point of its way").arg(name));
    m_bar->setProperty("kind", u"segments"_s);
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setElideMode(Qt::ElideNone);
    m_bar->setFocusPolicy(Qt::StrongFocus);
    for (const QString &each : names)
        m_bar->addTab(each);
    m_bar->addTab(tr("Side by side"));
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_code);
    m_about->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(14, 4, 14, 6);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(10, 6, 14, 6);
    row->setSpacing(10);
    row->addWidget(m_bar);
    row->addWidget(m_about, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(m_losses);
    layout->addWidget(m_note);
    layout->addWidget(m_split, 1);
    m_note->hide();
    connect(m_bar, &QTabBar::currentChanged, this, &StagesView::showStage);
    connect(m_losses, &LossList::lineWanted, this, &StagesView::goTo);
    connect(m_code, &CodeView::saveWanted, this, [this] { Q_EMIT saveWanted(stage() == kBoth ? 0 : stage()); });
}

void StagesView::setStages(const BodyStages &stages)
{
    m_stages = stages;
    m_losses->setLosses(stages.losses, stages.target);
    showStage();
}

void StagesView::showMessage(const QString &text)
{
    BodyStages none;
    for (Stage &stage : none.stages)
        stage.empty = text;
    setStages(none);
}

int StagesView::stage() const
{
    return m_bar->currentIndex();
}

void StagesView::setStage(int stage)
{
    m_bar->setCurrentIndex(stage);
}

void StagesView::showStage()
{
    fitLosses();
    if (m_other)
        m_other->setVisible(stage() == kBoth);
    if (stage() == kBoth)
        return showBoth();
    const Stage &shown = m_stages.stages[std::size_t(stage())];
    m_about->setWholeText(shown.about);
    m_note->setText(shown.note);
    m_note->setVisible(!shown.note.isEmpty());
    m_code->setBody(shown.body, shown.empty);
}

void StagesView::showBoth()
{
    if (!m_other) {
        m_other = new CodeView(m_theme, m_lastName, m_split);
        connect(m_other, &CodeView::saveWanted, this, [this] { Q_EMIT saveWanted(2); });
        m_split->addWidget(m_other);
        setTabOrder(m_code, m_other);
        m_other->show();
    }
    const Stage &first = m_stages.stages.front();
    const Stage &last = m_stages.stages.back();
    const bool isKnown = !first.format.isEmpty() && !last.format.isEmpty();
    m_about->setWholeText(isKnown ? tr("%1 → %2").arg(first.format, last.format) : first.about + last.about);
    const QString note = first.note.isEmpty() || last.note.isEmpty() ? first.note + last.note
                                                                     : first.note + u' ' + last.note;
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    m_code->setBody(first.body, first.empty);
    m_other->setBody(last.body, last.empty);
    m_split->setSizes({1'000, 1'000});
}

/// Losses are of what was asked.
void StagesView::goTo(int line)
{
    if (stage() != kBoth)
        setStage(0);
    m_code->marks().goTo(line);
}

void StagesView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_split->setOrientation(width() < kLeastBeside ? Qt::Vertical : Qt::Horizontal);
    fitLosses();
}

/// The list of losses gives way to the texts.
void StagesView::fitLosses()
{
    const bool areStacked = stage() == kBoth && m_split->orientation() == Qt::Vertical;
    m_losses->setMostRows(height() < (areStacked ? 2 : 1) * kLeastRoomy ? 2 : 4);
}

} // namespace pm::ui

#include "moc_stages_view.cpp"
