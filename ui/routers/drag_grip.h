// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace pm::ui {

class Theme;

/// Where the mouse takes hold of a row to move it. The keyboard does without: Ctrl Shift Up and Down, or the
/// buttons.
class DragGrip : public QWidget
{
    Q_OBJECT

public:
    explicit DragGrip(const Theme &theme, QWidget *parent = nullptr);
    QSize sizeHint() const override { return {12, 28}; }

Q_SIGNALS:
    void dragged(const QPoint &global);
    void dropped(const QPoint &global);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    const Theme &m_theme;
    QPoint m_from;
    bool m_isDragging = false;
};

} // namespace pm::ui
