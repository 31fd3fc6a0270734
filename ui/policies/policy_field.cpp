// SPDX-License-Identifier: GPL-3.0-or-later
#include "policies/policy_field.h"

#include "config/yaml_write.h"
#include "format.h"
#include "style/theme.h"
#include "widgets/line.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString aboutOf(const config::Key *key, const std::string &standard)
{
    if (!key)
        return {};
    QString about = fromUtf8(key->sense).remove(u'`');
    if (!standard.empty())
        about += u'\n' + PolicyField::tr("default %1").arg(fromUtf8(standard));
    return about;
}

} // namespace

PolicyField::PolicyField(const Theme &theme, PolicyFieldSpec spec, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_spec(std::move(spec))
    , m_key(config::findKey(m_spec.pattern))
    , m_layout(new QHBoxLayout(this))
{
    if (m_spec.standard.empty() && m_key)
        m_spec.standard = m_key->standard;
    const QString title = m_spec.label.isEmpty() ? m_spec.after : m_spec.label;
    m_name = tr("%1 of %2").arg(title, what);
    if (!m_name.isEmpty())
        m_name[0] = m_name[0].toUpper();
    m_about = aboutOf(m_key, m_spec.standard);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    setMinimumHeight(30); // all alike, for their middles to be in line
}

void PolicyField::place(QWidget *control)
{
    if (!qobject_cast<QAbstractButton *>(control) && !m_spec.label.isEmpty()) {
        m_label = makeLabel(m_spec.label, m_theme.small(), Tone::Muted, this);
        m_label->setAccessibleName(m_name); // names a combo box
        m_label->setBuddy(control);
        m_label->setToolTip(m_about);
        m_layout->addWidget(m_label);
    }
    control->setAccessibleName(m_name);
    control->setToolTip(m_about);
    m_layout->addWidget(control);
    if (!m_spec.after.isEmpty())
        m_layout->addWidget(makeLabel(m_spec.after, m_theme.small(), Tone::Muted, this));
    m_marked.append(control);
}

NodeProblems PolicyField::showProblems(NodeProblems &left)
{
    const NodeProblems own = takeIn(left, m_spec.key);
    for (QWidget *control : m_marked)
        markField(control, own, m_about);
    return own;
}

void PolicyField::submit(const QString &text)
{
    Q_EMIT edited(m_spec.key, text.isEmpty() ? std::string() : config::yaml::writeScalar(text.toStdString()));
}

} // namespace pm::ui

#include "moc_policy_field.cpp"
