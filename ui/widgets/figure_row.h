// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QGridLayout;
QT_END_NAMESPACE

namespace pm::ui {

/// Figures side by side, all of one width; in two rows where one has no room for them.
class FigureRow : public QWidget
{
    Q_OBJECT

public:
    /// Takes the figures as its children.
    explicit FigureRow(std::vector<QWidget *> figures, QWidget *parent = nullptr);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange(int columns);

    std::vector<QWidget *> m_figures;
    QGridLayout *m_grid;
    int m_columns = 0;
};

} // namespace pm::ui
