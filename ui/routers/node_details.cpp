// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/node_details.h"

#include "config/scalars.h"
#include "format.h"
#include "routers/row_parts.h"
#include "style/theme.h"
#include "widgets/flow_layout.h"
#include "widgets/line.h"
#include "widgets/number_field.h"

#include <QHBoxLayout>
#include <QLineEdit>

namespace pm::ui {

namespace {

std::int64_t countOf(const NumberField *field)
{
    return config::parseInteger(field->written().toStdString()).value_or(0);
}

void showCount(NumberField *field, std::int64_t count)
{
    field->setWritten(count > 0 ? QString::number(count) : QString());
}

} // namespace

NodeDetails::NodeDetails(const Theme &theme, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit(this))
    , m_rpm(new NumberField(this))
    , m_tpm(new NumberField(this))
    , m_rates(new QWidget(this))
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_name->setAccessibleName(tr("Name of %1").arg(what));
    m_name->setFixedWidth(130);
    m_rpm->setAccessibleName(tr("Requests a minute of %1").arg(what));
    m_tpm->setAccessibleName(tr("Tokens a minute of %1").arg(what));
    for (NumberField *field : {m_rpm, m_tpm}) {
        field->setRange(1, 1e9, true);
        field->setStandard(unknownText());
        field->setFixedWidth(78);
        connect(field, &NumberField::changed, this, &NodeDetails::edited);
    }
    connect(m_name, &QLineEdit::editingFinished, this, &NodeDetails::edited);
    auto *name = new QWidget(this);
    auto *nameLayout = new QHBoxLayout(name);
    nameLayout->addWidget(makeLabel(tr("name"), theme.small(), Tone::Muted, name));
    nameLayout->addWidget(m_name);
    auto *rates = new QHBoxLayout(m_rates);
    rates->addWidget(makeLabel(tr("a minute:"), theme.small(), Tone::Muted, m_rates));
    rates->addWidget(m_rpm);
    rates->addWidget(makeLabel(tr("requests"), theme.small(), Tone::Muted, m_rates));
    rates->addWidget(m_tpm);
    rates->addWidget(makeLabel(tr("tokens"), theme.small(), Tone::Muted, m_rates));
    for (QHBoxLayout *layout : {nameLayout, rates}) {
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(6);
    }
    auto *layout = new FlowLayout(14, 4, this);
    layout->addWidget(name);
    layout->addWidget(m_rates);
}

void NodeDetails::setNode(const config::RouteNode &node, bool withRates)
{
    showText(m_name, fromUtf8(node.name));
    showCount(m_rpm, node.rpm);
    showCount(m_tpm, node.tpm);
    m_rates->setVisible(withRates || node.rpm > 0 || node.tpm > 0);
}

void NodeDetails::read(config::RouteNode &node) const
{
    node.name = taken(m_name).toStdString();
    node.rpm = countOf(m_rpm);
    node.tpm = countOf(m_tpm);
}

void NodeDetails::showProblems(const NodeProblems &problems)
{
    markField(m_name, problemsIn(problems, "name"), tr("What experiments and traces call it"));
    markField(m_rpm, problemsIn(problems, "rpm"), {});
    markField(m_tpm, problemsIn(problems, "tpm"), {});
}

QList<QWidget *> NodeDetails::stops() const
{
    return {m_name, m_rpm, m_tpm};
}

} // namespace pm::ui

#include "moc_node_details.cpp"
