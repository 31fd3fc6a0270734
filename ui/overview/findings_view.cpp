// SPDX-License-Identifier: GPL-3.0-or-later
#include "overview/findings_view.h"

#include "widgets/line.h"
#include "widgets/status_dot.h"

#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

Sign signOf(Finding::Severity severity)
{
    switch (severity) {
    case Finding::Severity::Problem:
        return {Glyph::Cross, &Tokens::bad};
    case Finding::Severity::Warning:
        return {Glyph::HalfDisc, &Tokens::warn};
    case Finding::Severity::Note:
        break;
    }
    return {Glyph::Ring, &Tokens::muted};
}

} // namespace

FindingsView::FindingsView(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(12);
    setFindings({});
}

void FindingsView::setFindings(std::vector<Finding> findings)
{
    if (m_isFilled && findings == m_findings)
        return; // do not take the button from under a key or a mouse
    m_isFilled = true;
    m_findings = std::move(findings);
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    for (const Finding &finding : m_findings)
        m_rows->addWidget(makeRow(finding));
    if (m_findings.empty())
        m_rows->addWidget(makeAllWell());
    m_rows->addStretch(1);
}

QWidget *FindingsView::makeRow(const Finding &finding)
{
    auto *row = new QWidget(this);
    auto *dot = new StatusDot(m_theme, row);
    dot->setSign(signOf(finding.severity));
    auto *title = makeLabel(finding.title, m_theme.bold(), Tone::Normal, row);
    title->setWordWrap(true);
    auto *text = makeLabel(finding.text, m_theme.small(), Tone::Muted, row);
    text->setWordWrap(true);
    text->setVisible(!finding.text.isEmpty());
    auto *button = new QPushButton(finding.actionText, row);
    button->setProperty("kind", u"link"_s);
    button->setFont(m_theme.small());
    button->setAccessibleDescription(finding.title);
    connect(button, &QPushButton::clicked, this, [this, finding] { Q_EMIT chosen(finding); });
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title);
    words->addWidget(text);
    words->addWidget(button, 0, Qt::AlignLeft);
    auto *dotColumn = new QVBoxLayout;
    dotColumn->setContentsMargins(0, 2, 0, 0);
    dotColumn->addWidget(dot);
    dotColumn->addStretch();
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(dotColumn);
    layout->addLayout(words, 1);
    return row;
}

QWidget *FindingsView::makeAllWell()
{
    auto *row = new QWidget(this);
    auto *dot = new StatusDot(m_theme, row);
    dot->setSign({Glyph::Check, &Tokens::good});
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(dot);
    layout->addWidget(makeLabel(tr("All is well."), m_theme.font(), Tone::Muted, row), 1);
    return row;
}

} // namespace pm::ui

#include "moc_findings_view.cpp"
