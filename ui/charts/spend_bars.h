// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

class QCPBars;
class QCustomPlot;

namespace pm::ui {

class Theme;

/// Money by hour or day, stacked by what it was spent on; a bar's sums are its tool tip. Painted when setBars
/// is called.
class SpendBars : public QWidget
{
    Q_OBJECT

public:
    struct Column
    {
        QString label; ///< under the axis, where there is room
        QString name;  ///< "Fri 27 Nov"
        bool operator==(const Column &) const = default;
    };
    struct Series
    {
        QString name;
        QColor colour;
        std::vector<std::int64_t> microUsd; ///< by column
        bool operator==(const Series &) const = default;
    };

    explicit SpendBars(const Theme &theme, QWidget *parent = nullptr);
    void setBars(std::vector<Column> columns, std::vector<Series> series);
    QString columnText(int column) const;  ///< a line for each part, the sum first; empty outside
    int columnAt(const QPoint &pos) const; ///< -1 outside

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void paintTheme();
    void setTicks();
    std::int64_t sumOf(int column) const;

    const Theme &m_theme;
    QCustomPlot *m_plot;
    std::vector<QCPBars *> m_bars; ///< as m_series
    std::vector<Column> m_columns;
    std::vector<Series> m_series;
};

} // namespace pm::ui
