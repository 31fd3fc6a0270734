// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/setting_strip.h"

#include "routers/setting_field.h"
#include "widgets/flow_layout.h"
#include "widgets/problem_note.h"

#include <QVBoxLayout>

namespace pm::ui {

SettingStrip::SettingStrip(const Theme &theme, const QString &what, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_what(what)
    , m_layout(new FlowLayout(14, 4))
    , m_note(new ProblemNote(theme, this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(m_layout);
    layout->addWidget(m_note);
}

void SettingStrip::setSettings(std::span<const config::Key> keys, const Written &written)
{
    m_written = written;
    if (keys.data() != m_keys.data() || keys.size() != m_keys.size())
        build(keys);
    for (SettingField *field : m_fields) {
        const auto found = written.find(std::string(field->key().path));
        field->setWritten(found == written.end() ? std::nullopt : std::optional(found->second));
    }
    setVisible(!m_fields.isEmpty());
}

void SettingStrip::build(std::span<const config::Key> keys)
{
    for (SettingField *field : m_fields) {
        m_layout->removeWidget(field);
        field->hide();
        field->deleteLater(); // later: its own edit may be what leads here
    }
    m_fields.clear();
    m_keys = keys;
    for (const config::Key &key : keys) {
        auto *field = new SettingField(m_theme, key, m_what, this);
        m_layout->addWidget(field);
        m_fields.append(field);
        connect(field, &SettingField::edited, this, [this, field](const std::optional<std::string> &text) {
            Written next = m_written;
            if (text)
                next[std::string(field->key().path)] = *text;
            else
                next.erase(std::string(field->key().path));
            Q_EMIT edited(next);
        });
    }
}

void SettingStrip::showProblems(NodeProblems &left)
{
    NodeProblems all;
    for (SettingField *field : m_fields) {
        const NodeProblems ofField = takeIn(left, "settings." + std::string(field->key().path));
        field->showProblems(ofField);
        all.insert(all.end(), ofField.begin(), ofField.end());
    }
    showIn(m_note, all);
}

QList<QWidget *> SettingStrip::stops() const
{
    QList<QWidget *> stops;
    for (const SettingField *field : m_fields)
        stops += field->stops();
    return stops;
}

} // namespace pm::ui

#include "moc_setting_strip.cpp"
