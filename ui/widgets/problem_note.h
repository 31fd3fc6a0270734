// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace pm::ui {

class StatusDot;
class Theme;

/// What is wrong with what stands above it, in as many lines as it takes; hidden when nothing is. GUI thread.
class ProblemNote : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemNote(const Theme &theme, QWidget *parent = nullptr);
    void setProblem(const QString &text, bool isWarning = false);

private:
    StatusDot *m_sign;
    QLabel *m_text;
};

} // namespace pm::ui
