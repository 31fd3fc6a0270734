// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QLineEdit;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class ProblemNote;
class Theme;

/// What a router does when a target fails: fallback, retries, timeouts, circuit breaker. Each field edits one
/// value of the text, as typed: what is wrong with it is told by the check, beside the field.
class FailuresForm : public QWidget
{
    Q_OBJECT

public:
    explicit FailuresForm(const Theme &theme, QWidget *parent = nullptr);

    /// `problems` are those of the whole draft.
    void show(const config::Router &router, const std::vector<config::Problem> &problems);

Q_SIGNALS:
    /// `path` below the router: "retries.min-delay". An empty value removes the entry, so that the default
    /// holds.
    void valueEdited(const std::string &path, const std::string &yaml);
    void focused(const std::string &path);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Field
    {
        std::string path;
        QLineEdit *edit;
        ProblemNote *problem;
        bool isList;
    };
    QWidget *makeField(std::size_t row);
    void build();
    void submit(const Field &field);

    const Theme &m_theme;
    std::vector<Field> m_fields;
    QCheckBox *m_fallback;
    ComboBox *m_growth;
    bool m_isFilling = false;
};

} // namespace pm::ui
