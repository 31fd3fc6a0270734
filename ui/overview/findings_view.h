// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "overview/findings.h"

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

/// "Needs attention": findings with their actions, or that all is well.
class FindingsView : public QWidget
{
    Q_OBJECT

public:
    explicit FindingsView(const Theme &theme, QWidget *parent = nullptr);
    void setFindings(std::vector<Finding> findings);

Q_SIGNALS:
    void chosen(const pm::ui::Finding &finding);

private:
    QWidget *makeRow(const Finding &finding);
    QWidget *makeAllWell();

    const Theme &m_theme;
    std::vector<Finding> m_findings;
    QVBoxLayout *m_rows;
    bool m_isFilled = false;
};

} // namespace pm::ui
