// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/detail_head.h"

#include "base/error.h"
#include "format.h"
#include "style/theme.h"
#include "widgets/elided_label.h"
#include "widgets/figure_tile.h"
#include "widgets/icon_button.h"

#include <QHBoxLayout>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString hintFor(const std::string &label)
{
    for (int kind = 0; kind <= int(ErrorKind::Internal); ++kind) {
        const ErrorTraits &row = traits(ErrorKind(kind));
        if (row.label == label)
            return fromUtf8(row.hint);
    }
    return {};
}

QString speedText(const trace::Head &head, std::int64_t now)
{
    const std::int64_t total = elapsedUs(head, now);
    // What is not streamed comes at once when all of it is made: only the whole time tells how fast that was.
    const std::int64_t from = head.stream ? head.firstContentUs : 0;
    constexpr std::int64_t kLeastUs = 1'000; // below, the clock is measured, not the model
    if (!head.usage.output || from < 0 || total - from < kLeastUs)
        return unknownText();
    const double speed = double(*head.usage.output) * 1e6 / double(total - from);
    return DetailHead::tr("%1/s").arg(QLocale().toString(speed, 'f', speed < 99.95 ? 1 : 0));
}

} // namespace

QString badgeText(const trace::Head &head)
{
    switch (outcomeOf(head)) {
    case Outcome::Running:
        return head.attempts > 1 ? DetailHead::tr("running, attempt %1").arg(head.attempts)
                                 : DetailHead::tr("running");
    case Outcome::Absorbed:
        return head.attempts == 2   ? DetailHead::tr("second attempt")
               : head.attempts == 3 ? DetailHead::tr("third attempt")
                                    : DetailHead::tr("attempt %1").arg(head.attempts);
    case Outcome::Failed:
        return head.status > 0 ? DetailHead::tr("failed · %1").arg(head.status) : DetailHead::tr("failed");
    case Outcome::Cancelled:
        return DetailHead::tr("cancelled");
    case Outcome::Refused:
        return head.status > 0 ? DetailHead::tr("refused · %1").arg(head.status) : DetailHead::tr("refused");
    case Outcome::Answered:
        break;
    }
    return isFromCache(head) ? DetailHead::tr("from the cache") : QString();
}

QString problemText(const trace::Head &head)
{
    const Outcome outcome = outcomeOf(head);
    if (outcome == Outcome::Cancelled)
        return DetailHead::tr("The client closed the connection after %1. The upstream call was stopped.")
            .arg(durationText(head.totalUs));
    if (head.errorMessage.empty() && head.errorKind.empty())
        return {};
    QString text = head.errorMessage.empty() ? fromUtf8(head.errorKind).replace(u'_', u' ')
                                             : fromUtf8(head.errorMessage);
    const QString hint = hintFor(head.errorKind);
    if (!hint.isEmpty() && !text.contains(hint))
        text += DetailHead::tr("\nWhat to do: %1").arg(hint);
    return text;
}

DetailHead::DetailHead(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_sign(new StatusDot(theme, this))
    , m_title(new ElidedLabel(theme.title(), Tone::Normal, this))
    , m_badge(makeLabel({}, theme.small(), Tone::Normal, this))
    , m_where(new ElidedLabel(theme.monoSmall(), Tone::Muted, this))
    , m_problem(makeLabel({}, theme.font(), Tone::Bad, this))
    , m_first(new FigureTile(theme, FigureTile::Kind::Plain, tr("first token"), this))
    , m_speed(new FigureTile(theme, FigureTile::Kind::Plain, tr("tokens"), this))
    , m_input(new FigureTile(theme, FigureTile::Kind::Plain, tr("in"), this))
    , m_cost(new FigureTile(theme, FigureTile::Kind::Plain, tr("cost"), this))
{
    m_badge->setProperty("badge", true);
    m_badge->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setContentsMargins(14, 0, 14, 12);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTitle());
    layout->addWidget(m_problem);
    layout->addWidget(makeLine(Qt::Horizontal, this));
    layout->addWidget(makeFigures());
}

QWidget *DetailHead::makeTitle()
{
    m_replay = makeIconButton(m_theme, u"replay"_s, tr("Replay"), this);
    QToolButton *copy = makeIconButton(m_theme, u"copy"_s, tr("Copy as curl (C)"), this);
    m_tearOff = makeIconButton(m_theme, u"tear-off"_s, tr("Open in its own window"), this);
    QToolButton *close = makeIconButton(m_theme, u"close"_s, tr("Close the detail (Esc)"), this);
    connect(m_replay, &QToolButton::clicked, this, &DetailHead::replayWanted);
    connect(copy, &QToolButton::clicked, this, &DetailHead::copyWanted);
    connect(m_tearOff, &QToolButton::clicked, this, &DetailHead::tearOffWanted);
    connect(close, &QToolButton::clicked, this, &DetailHead::closeWanted);
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_sign);
    row->addWidget(m_title);
    row->addWidget(m_badge);
    row->addStretch(1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(0);
    for (QToolButton *button : {m_replay, copy, m_tearOff, close}) {
        button->setFixedSize(26, 26);
        buttons->addWidget(button);
    }
    row->addLayout(buttons);
    auto *title = new QWidget(this);
    auto *layout = new QVBoxLayout(title);
    layout->setContentsMargins(14, 10, 8, 10);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_where);
    return title;
}

QWidget *DetailHead::makeFigures()
{
    auto *box = new QWidget(this);
    auto *layout = new QHBoxLayout(box);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(12);
    layout->addWidget(m_first, 4);
    layout->addWidget(m_speed, 5);
    layout->addWidget(m_input, 6);
    layout->addWidget(m_cost, 4);
    return box;
}

void DetailHead::setHead(const trace::Head &head, std::int64_t now)
{
    const Outcome outcome = outcomeOf(head);
    m_sign->setSign(outcomeSign(outcome));
    m_sign->setToolTip(outcomeName(outcome));
    m_sign->setAccessibleName(outcomeName(outcome));
    const std::string &model = head.model.empty() ? head.requestedModel : head.model;
    const QString route =
        head.provider.empty() ? fromUtf8(model) : fromUtf8(head.provider) + u'/' + fromUtf8(model);
    m_title->setWholeText(route.isEmpty() ? fromUtf8(head.method + ' ' + head.path) : route);
    m_badge->setText(badgeText(head));
    m_badge->setVisible(!m_badge->text().isEmpty());
    QStringList where{fromUtf8(head.id)};
    for (const std::string *part : {&head.router, &head.client, &head.app, &head.session}) {
        if (!part->empty())
            where.append(fromUtf8(*part));
    }
    m_where->setWholeText(where.join(u" · "_s));
    m_problem->setText(problemText(head));
    m_problem->setVisible(!m_problem->text().isEmpty());
    setTone(m_problem, outcome == Outcome::Failed || outcome == Outcome::Refused ? Tone::Bad : Tone::Muted);
    setFigures(head, now);
}

void DetailHead::setFigures(const trace::Head &head, std::int64_t now)
{
    m_first->setFigure(durationText(head.firstContentUs), head.stream ? tr("first token") : tr("first byte"));
    m_speed->setFigure(speedText(head, now), head.usage.output
                                                 ? tr("%1 tokens out").arg(countText(head.usage.output))
                                                 : tr("tokens out"));
    m_input->setFigure(countText(head.usage.totalInput()),
                       head.usage.cacheRead ? tr("in, %1 cached").arg(countText(head.usage.cacheRead))
                                            : tr("tokens in"));
    const bool isKnown = head.costMicroUsd || head.state == trace::State::Running;
    if (isFromCache(head))
        m_cost->setFigure(costText(head.costMicroUsd.value_or(0)),
                          head.savedMicroUsd ? tr("cost, %1 saved").arg(costText(head.savedMicroUsd)) : tr("from the cache"));
    else
        m_cost->setFigure(costText(head.costMicroUsd), isKnown ? tr("cost") : tr("no price"));
}

void DetailHead::setReplayObstacle(const QString &obstacle)
{
    m_replay->setEnabled(obstacle.isEmpty());
    m_replay->setToolTip(obstacle.isEmpty() ? tr("Replay: send this request again (R)")
                                            : tr("Cannot be replayed. %1").arg(obstacle));
    m_replay->setAccessibleDescription(m_replay->toolTip());
}

void DetailHead::setTornOff(bool tornOff)
{
    m_tearOff->setIcon(m_theme.icon(tornOff ? u"dock"_s : u"tear-off"_s));
    const QString name = tornOff ? tr("Back beside the table") : tr("Open in its own window");
    m_tearOff->setToolTip(name);
    m_tearOff->setAccessibleName(name);
}

} // namespace pm::ui

#include "moc_detail_head.cpp"
