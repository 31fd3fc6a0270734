// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_keys.h"
#include "routers/node_problem.h"

#include <QWidget>

#include <map>
#include <span>

namespace pm::ui {

class FlowLayout;
class SettingField;
class Theme;

/// The settings that a group's strategy has. GUI thread.
class SettingStrip : public QWidget
{
    Q_OBJECT

public:
    using Written = std::map<std::string, std::string>;

    SettingStrip(const Theme &theme, const QString &what, QWidget *parent = nullptr);
    void setSettings(std::span<const config::Key> keys, const Written &written);
    /// Takes those of settings that are shown.
    void showProblems(NodeProblems &left);
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void edited(const std::map<std::string, std::string> &written);

private:
    void build(std::span<const config::Key> keys);

    const Theme &m_theme;
    const QString m_what;
    FlowLayout *m_layout;
    std::span<const config::Key> m_keys;
    QList<SettingField *> m_fields;
    ProblemNote *m_note;
    Written m_written;
};

} // namespace pm::ui
