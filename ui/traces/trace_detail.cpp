// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/trace_detail.h"

#include "format.h"
#include "gateway.h"
#include "traces/chat_view.h"
#include "traces/detail_head.h"
#include "traces/gaps_view.h"
#include "traces/headers_view.h"
#include "traces/plan_view.h"
#include "traces/stages_view.h"
#include "traces/timeline_view.h"
#include "traces/verdict_list.h"
#include "widgets/line.h"
#include "widgets/segmented_tabs.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {
constexpr int kRetryMs = 100;
constexpr int kLeastTabs = 260; ///< pixels; what is above scrolls sooner
} // namespace

TraceDetail::TraceDetail(const PageContext &context, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_headView(new DetailHead(context.theme, this))
    , m_verdicts(new VerdictList(context.theme, this))
    , m_routeNote(makeLabel({}, context.theme.small(), Tone::Muted, this))
    , m_totalNote(makeLabel({}, context.theme.small(), Tone::Muted, this))
    , m_losses(makeLabel({}, context.theme.small(), Tone::Warn, this))
    , m_plan(new PlanView(context.theme, this))
    , m_timeline(new TimelineView(context.theme, this))
    , m_tabs(new SegmentedTabs(tr("Parts of the request"), this))
    , m_chat(new ChatView(context.theme, this))
    , m_request(new StagesView(context.theme, tr("Request body"),
                               {tr("Asked"), tr("Understood"), tr("Sent")}, this))
    , m_answer(new StagesView(context.theme, tr("Answer body"),
                              {tr("Received"), tr("Understood"), tr("Answered")}, this))
    , m_headers(new HeadersView(context.theme, this))
    , m_gaps(new GapsView(context.theme, this))
{
    setProperty("role", u"panel"_s);
    setAttribute(Qt::WA_StyledBackground);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeSummary());
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeTabs(), 1);
    m_tabs->setMinimumHeight(kLeastTabs);
    m_retry.setSingleShot(true);
    m_retry.setInterval(kRetryMs);
    connect(&m_retry, &QTimer::timeout, this, &TraceDetail::fetch);
    connect(m_headView, &DetailHead::replayWanted, this, &TraceDetail::replayWanted);
    connect(m_headView, &DetailHead::copyWanted, this, &TraceDetail::copyWanted);
    connect(m_headView, &DetailHead::tearOffWanted, this, &TraceDetail::tearOffWanted);
    connect(m_headView, &DetailHead::closeWanted, this, &TraceDetail::closeWanted);
}

QWidget *TraceDetail::makeSection(const QString &title, QLabel *note, QWidget *content)
{
    auto *section = new QWidget(this);
    auto *layout = new QVBoxLayout(section);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeLine(Qt::Horizontal, section));
    auto *inner = new QVBoxLayout;
    inner->setContentsMargins(14, 10, 14, 12);
    inner->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(makeLabel(title, m_context.theme.bold(), Tone::Normal, section));
    row->addWidget(note);
    row->addStretch();
    inner->addLayout(row);
    inner->addWidget(content);
    layout->addLayout(inner);
    return section;
}

QWidget *TraceDetail::makeSummary()
{
    m_planSection = makeSection(tr("Why here"), m_routeNote, m_plan);
    m_timelineSection = makeSection(tr("Timeline"), m_totalNote, m_timeline);
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_headView);
    layout->addWidget(m_verdicts);
    layout->addWidget(makeLossRow());
    layout->addWidget(m_planSection);
    layout->addWidget(m_timelineSection);
    layout->addStretch();
    m_summary = new QScrollArea(this);
    m_summary->setWidgetResizable(true);
    m_summary->setFrameShape(QFrame::NoFrame);
    m_summary->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_summary->setFocusPolicy(Qt::NoFocus);
    m_summary->setWidget(content);
    m_summary->setAccessibleName(tr("Summary"));
    return m_summary;
}

QWidget *TraceDetail::makeLossRow()
{
    m_lossRow = new QWidget(this);
    m_losses->setWordWrap(true);
    auto *show = new QPushButton(tr("Show"), m_lossRow);
    show->setProperty("kind", u"link"_s);
    show->setAccessibleName(tr("Show what was not carried over"));
    auto *row = new QHBoxLayout(m_lossRow);
    row->setContentsMargins(14, 0, 14, 10);
    row->addWidget(m_losses, 1);
    row->addWidget(show, 0, Qt::AlignTop);
    connect(show, &QPushButton::clicked, this, &TraceDetail::showLosses);
    m_lossRow->hide();
    return m_lossRow;
}

QWidget *TraceDetail::makeTabs()
{
    m_tabs->addTab(tr("Chat"), m_chat);
    m_tabs->addTab(tr("Request"), m_request);
    m_tabs->addTab(tr("Answer"), m_answer);
    m_tabs->addTab(tr("Headers"), m_headers);
    m_tabs->addTab(tr("Stream"), m_gaps);
    connect(m_tabs, &SegmentedTabs::currentChanged, this, &TraceDetail::showTab);
    connect(m_request, &StagesView::saveWanted, this, [this](int stage) { saveStage(true, stage); });
    connect(m_answer, &StagesView::saveWanted, this, [this](int stage) { saveStage(false, stage); });
    return m_tabs;
}

void TraceDetail::setTornOff(bool tornOff)
{
    m_headView->setTornOff(tornOff);
}

void TraceDetail::setTab(Tab tab)
{
    m_tabs->setCurrent(tab);
}

void TraceDetail::showLosses()
{
    setTab(Request);
    m_request->setStage(0);
}

void TraceDetail::saveStage(bool isRequest, int stage)
{
    if (!m_prepared)
        return;
    const trace::Record &record = m_prepared->record;
    const trace::Detail &d = record.detail;
    const QString what = isRequest ? u"request"_s : u"answer"_s;
    const BodyStages &stages = isRequest ? m_prepared->request : m_prepared->answer;
    const QString ending = stages.stages[std::size_t(stage)].body.isBinary ? u".bin"_s : u".json"_s;
    if (stage == 0)
        return saveBytes(isRequest ? d.requestBody.bytes : d.upstreamResponseBody.bytes, what + ending);
    if (stage == 2)
        return saveBytes(isRequest ? d.upstreamRequestBody.bytes : d.responseBody.bytes, what + u"-sent"_s + ending);
    const pm::Understood understood = isRequest ? understoodRequest(record) : understoodAnswer(record);
    saveBytes(QByteArray::fromStdString(understood.json), what + u"-understood"_s + ending);
}

void TraceDetail::saveBytes(const QByteArray &bytes, const QString &what)
{
    const QString proposal = u"%1-%2"_s.arg(fromUtf8(m_head.id), what);
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the whole"), proposal);
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        QMessageBox::warning(
            this, tr("Not saved"),
            tr("%1 could not be written: %2. Choose another place.").arg(path, file.errorString()));
}

} // namespace pm::ui

#include "moc_trace_detail.cpp"
