// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/semantic_switch.h"

#include <QCheckBox>

namespace pm::ui {

namespace {

PolicyFieldSpec switchSpec()
{
    PolicyFieldSpec spec;
    spec.kind = PolicyFieldSpec::Kind::Check;
    spec.key = "semantic";
    spec.pattern = "routers.*.cache.semantic";
    spec.label = PolicyField::tr("Also by meaning");
    return spec;
}

} // namespace

SemanticSwitch::SemanticSwitch(const Theme &theme, const QString &what, QWidget *parent)
    : PolicyField(theme, switchSpec(), what, parent)
    , m_check(new QCheckBox(m_spec.label, this))
{
    place(m_check);
    m_check->setToolTip(tr("Answers to requests whose last turn means nearly the same, all else being equal"));
    connect(m_check, &QCheckBox::clicked, this, [this](bool on) {
        Q_EMIT edited(m_spec.key, on ? "{embedding: ollama/nomic-embed-text}" : "");
    });
}

void SemanticSwitch::show(const config::PlaceFinder &text, const std::string &item)
{
    m_check->setChecked(text.isMap(item + ".semantic"));
}

QList<QWidget *> SemanticSwitch::stops() const
{
    return {m_check};
}

} // namespace pm::ui

#include "moc_semantic_switch.cpp"
