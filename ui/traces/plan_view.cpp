// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/plan_view.h"

#include "format.h"
#include "style/theme.h"
#include "widgets/elided_label.h"

#include <QGridLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

constexpr std::size_t kMostRows = 12;
constexpr int kLeastTarget = 120;
constexpr int kMostTarget = 190; ///< "anthropic/claude-sonnet-4-5"; what is longer has a tool tip

QString attemptText(const trace::Attempt &attempt)
{
    if (attempt.errorKind.empty() && attempt.status < 400)
        return {};
    QString text = attempt.status > 0 ? PlanView::tr("answered %1").arg(attempt.status)
                                      : fromUtf8(attempt.errorKind).replace(u'_', u' ');
    if (attempt.bytesReceived == 0)
        text += PlanView::tr(", 0 bytes sent");
    return text;
}

bool isSame(const trace::Attempt &attempt, const std::string &target)
{
    return attempt.provider + '/' + attempt.model == target || attempt.provider == target;
}

void addAttempts(PlanRow &row, const std::vector<trace::Attempt> &attempts, const std::string &target)
{
    for (const trace::Attempt &attempt : attempts) {
        if (!isSame(attempt, target))
            continue;
        const QString text = attemptText(attempt);
        row.served = text.isEmpty();
        row.sign = row.served ? Sign{Glyph::Check, &Tokens::good} : Sign{Glyph::Cross, &Tokens::bad};
        if (!text.isEmpty())
            row.text += (row.text.isEmpty() ? QString() : u" · "_s) + text;
    }
}

} // namespace

std::vector<PlanRow> planRows(const trace::Record &record)
{
    std::vector<PlanRow> rows;
    std::vector<PlanRow> excluded;
    for (const trace::PlanEntry &entry : record.detail.plan) {
        PlanRow row;
        row.target = fromUtf8(entry.target);
        row.text = fromUtf8(entry.reason);
        row.excluded = entry.excluded;
        if (entry.excluded) {
            row.place = unknownText();
            if (!row.text.startsWith(u"excluded"_s))
                row.text = PlanView::tr("excluded: %1").arg(row.text);
            excluded.push_back(row);
            continue;
        }
        row.place = QString::number(rows.size() + 1);
        addAttempts(row, record.detail.attempts, entry.target);
        rows.push_back(row);
    }
    rows.insert(rows.end(), excluded.begin(), excluded.end());
    return rows;
}

PlanView::PlanView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnStretch(3, 1);
}

void PlanView::setRecord(const trace::Record &record)
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const std::vector<PlanRow> rows = planRows(record);
    int widest = kLeastTarget;
    for (const PlanRow &row : rows)
        widest = std::max(widest, QFontMetrics(m_theme.smallBold()).horizontalAdvance(row.target) + 4);
    m_targetWidth = std::min(widest, kMostTarget);
    int line = 0;
    for (const PlanRow &row : rows) {
        if (std::size_t(line) == kMostRows)
            break;
        addRow(row, line++);
    }
    if (rows.size() > kMostRows)
        m_grid->addWidget(
            makeLabel(tr("and %1 more").arg(rows.size() - kMostRows), m_theme.small(), Tone::Muted), line, 2,
            1, 2);
    if (rows.empty())
        m_grid->addWidget(makeLabel(tr("No choice was made: the address named the provider."),
                                    m_theme.small(), Tone::Muted),
                          0, 0, 1, 4);
}

void PlanView::addRow(const PlanRow &row, int line)
{
    const Tone tone = row.excluded ? Tone::Muted : Tone::Normal;
    auto *dot = new StatusDot(m_theme, this); // without a parent it would be shown as a window first
    dot->setSign(row.sign);
    dot->setVisible(row.sign.glyph != Glyph::Dash);
    auto *target = new ElidedLabel(row.served ? m_theme.smallBold() : m_theme.small(), tone);
    target->setWholeText(row.target);
    target->setFixedWidth(m_targetWidth);
    auto *text = makeLabel(row.text, m_theme.small(), Tone::Muted);
    text->setWordWrap(true);
    m_grid->addWidget(makeLabel(row.place, m_theme.small(), Tone::Muted), line, 0, Qt::AlignTop);
    m_grid->addWidget(dot, line, 1, Qt::AlignTop);
    m_grid->addWidget(target, line, 2, Qt::AlignTop);
    m_grid->addWidget(text, line, 3, Qt::AlignTop);
    m_grid->setColumnMinimumWidth(1, 12);
    target->setAccessibleName(tr("%1 %2: %3").arg(row.place, row.target, row.text));
}

} // namespace pm::ui

#include "moc_plan_view.cpp"
