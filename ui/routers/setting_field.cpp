// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/setting_field.h"

#include "format.h"
#include "routers/row_parts.h"
#include "widgets/icon_button.h"
#include "widgets/line.h"
#include "widgets/number_field.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace pm::ui {

using config::KeyType;

SettingField::SettingField(const Theme &theme, const config::Key &key, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_key(key)
    , m_reset(makeIconButton(theme, u"replay"_s, tr("Reset %1 of %2").arg(spacedText(key.path), what), this))
{
    const QString title = spacedText(key.path);
    QWidget *field = makeField(tr("%1 of %2").arg(title, what));
    const QString standard = fromUtf8(key.standard);
    m_about = fromUtf8(key.sense) + u'\n' + fromUtf8(describe(key)) +
              (standard.isEmpty() ? QString() : u"; "_s + tr("default %1").arg(standard));
    field->setToolTip(m_about);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    setMinimumHeight(30); // all alike, for their middles to be in line
    if (m_check) {
        m_check->setText(title);
    } else {
        QLabel *label = makeLabel(title, theme.small(), Tone::Muted, this);
        label->setBuddy(field);
        label->setToolTip(m_about);
        layout->addWidget(label);
    }
    layout->addWidget(field);
    m_reset->setFixedSize(24, 24);
    m_reset->setToolTip(standard.isEmpty() ? tr("Take it out") : tr("Back to %1").arg(standard));
    layout->addWidget(m_reset);
    connect(m_reset, &QToolButton::clicked, this, [this, field] {
        field->setFocus(); // the button goes
        submit({});
    });
}

QWidget *SettingField::makeField(const QString &name)
{
    QWidget *field = nullptr;
    if (m_key.type == KeyType::Bool) {
        field = m_check = new QCheckBox(this);
        connect(m_check, &QCheckBox::clicked, this, [this](bool on) { submit(on ? u"true"_s : u"false"_s); });
    } else if (m_key.type == KeyType::Integer || m_key.type == KeyType::Number) {
        field = m_number = new NumberField(this);
        m_number->setRange(m_key.least, m_key.most, m_key.type == KeyType::Integer);
        m_number->setStandard(m_key.standard.empty() ? unknownText() : fromUtf8(m_key.standard));
        connect(m_number, &NumberField::changed, this, [this] { submit(m_number->written()); });
    } else {
        field = m_text = new QLineEdit(this);
        m_text->setPlaceholderText(m_key.standard.empty() ? unknownText() : fromUtf8(m_key.standard));
        m_text->setFixedWidth(m_key.type == KeyType::Duration ? 80 : 210);
        connect(m_text, &QLineEdit::editingFinished, this, [this] { submit(taken(m_text)); });
    }
    field->setAccessibleName(name);
    field->setObjectName(fromUtf8(m_key.path));
    return field;
}

void SettingField::setWritten(const std::optional<std::string> &text)
{
    m_written = text;
    const QString shown = text ? fromUtf8(*text) : QString();
    if (m_check)
        m_check->setChecked((text ? *text : std::string(m_key.standard)) == "true");
    if (m_number)
        m_number->setWritten(shown);
    if (m_text)
        showText(m_text, shown);
    m_reset->setVisible(text.has_value());
}

void SettingField::submit(const QString &text)
{
    std::optional<std::string> next;
    if (!text.isEmpty())
        next = text.toStdString();
    if (next != m_written)
        Q_EMIT edited(next);
}

void SettingField::showProblems(const NodeProblems &problems)
{
    markField(field(), problems, m_about);
}

QWidget *SettingField::field() const
{
    if (m_check)
        return m_check;
    return m_number ? static_cast<QWidget *>(m_number) : m_text;
}

QList<QWidget *> SettingField::stops() const
{
    return {field(), m_reset};
}

} // namespace pm::ui

#include "moc_setting_field.cpp"
