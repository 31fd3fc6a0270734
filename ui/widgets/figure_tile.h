// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class Theme;

/// A figure with its caption and a note. `Card`: caption on top, in a frame; `Plain`: the figure first,
/// frameless.
class FigureTile : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Card, Plain };
    FigureTile(const Theme &theme, Kind kind, const QString &caption, QWidget *parent = nullptr);

    void setFigure(const QString &figure, const QString &note);

private:
    QString m_name;
    QLabel *m_figure;
    ElidedLabel *m_note;
};

} // namespace pm::ui
