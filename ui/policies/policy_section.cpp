// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_section.h"

#include "policies/policy_row.h"
#include "routers/row_parts.h"
#include "style/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace pm::ui {

PolicySection::PolicySection(const Theme &theme, const Words &words, MakeRow makeRow, QWidget *parent)
    : QWidget(parent)
    , m_makeRow(std::move(makeRow))
    , m_list(new QVBoxLayout)
    , m_none(makeLabel(words.none, theme.small(), Tone::Muted, this))
{
    auto *head = new QHBoxLayout;
    head->setObjectName(QStringLiteral("head"));
    head->setSpacing(8);
    head->addWidget(makeLabel(words.title, theme.bold(), Tone::Normal, this));
    head->addStretch(1);
    QLabel *about = makeLabel(words.about, theme.small(), Tone::Muted, this);
    about->setWordWrap(true);
    m_none->setWordWrap(true);
    m_list->setSpacing(6);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addWidget(about);
    layout->addLayout(m_list);
    layout->addWidget(m_none);
    if (!words.add.isEmpty()) {
        m_add = makeQuietButton(QStringLiteral("+ ") + words.add, words.add, this);
        connect(m_add, &QPushButton::clicked, this, &PolicySection::addWanted);
        layout->addWidget(m_add, 0, Qt::AlignLeft);
    }
}

void PolicySection::setHeadControl(QWidget *control)
{
    m_control = control;
    auto *head = static_cast<QHBoxLayout *>(layout()->itemAt(0)->layout());
    head->insertWidget(1, control);
}

void PolicySection::setNone(const QString &text)
{
    m_none->setText(text);
}

bool PolicySection::setShapes(const std::vector<std::string> &shapes)
{
    m_none->setVisible(shapes.empty());
    if (shapes == m_shapes)
        return false;
    for (PolicyRow *row : m_rows) {
        m_list->removeWidget(row);
        row->hide();
        row->deleteLater(); // later: its own edit may be what leads here
    }
    m_rows.clear();
    for (const std::string &shape : shapes) {
        PolicyRow *row = m_makeRow(static_cast<int>(m_rows.size()), shape);
        m_list->addWidget(row);
        row->QWidget::show(); // now, not with the next event: the focus may go there at once
        m_rows.push_back(row);
    }
    m_shapes = shapes;
    return true;
}

QList<QWidget *> PolicySection::stops() const
{
    QList<QWidget *> stops;
    if (m_control)
        stops.append(m_control);
    for (const PolicyRow *row : m_rows)
        stops += row->stops();
    if (m_add)
        stops.append(m_add);
    return stops;
}

void PolicySection::focusAdd()
{
    if (m_add)
        m_add->setFocus(Qt::OtherFocusReason);
}

} // namespace pm::ui

#include "moc_policy_section.cpp"
