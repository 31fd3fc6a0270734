// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config_keys.h"
#include "routers/node_problem.h"

#include <QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class NumberField;
class Theme;

/// One setting of a strategy: what is written, else its default; and the way back to that. GUI thread.
class SettingField : public QWidget
{
    Q_OBJECT

public:
    /// `what` names the group for screen readers: "group 2".
    SettingField(const Theme &theme, const config::Key &key, const QString &what, QWidget *parent = nullptr);

    const config::Key &key() const { return m_key; }
    void setWritten(const std::optional<std::string> &text); ///< none: the default holds
    void showProblems(const NodeProblems &problems);         ///< on the field; the strip has their text
    QList<QWidget *> stops() const;

Q_SIGNALS:
    void edited(const std::optional<std::string> &text); ///< none: the default is to hold

private:
    QWidget *makeField(const QString &name);
    QWidget *field() const;
    void submit(const QString &text);

    const config::Key &m_key;
    QString m_about; ///< sense, kind of value, default
    std::optional<std::string> m_written;
    QCheckBox *m_check = nullptr; ///< one of these three
    NumberField *m_number = nullptr;
    QLineEdit *m_text = nullptr;
    QToolButton *m_reset;
};

} // namespace pm::ui
