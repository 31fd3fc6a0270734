// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/timeline.h"

#include <QWidget>

namespace pm::ui {

class Theme;

/// The waterfall of one request, painted: label, bar to one scale, length. Hovering a stretch names it.
class TimelineView : public QWidget
{
    Q_OBJECT

public:
    explicit TimelineView(const Theme &theme, QWidget *parent = nullptr);
    void setRows(std::vector<TimelineRow> rows, std::int64_t totalUs);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRectF trackOf(int row) const;
    QRectF rectOf(const Stretch &stretch, const QRectF &track) const;
    QColor colourOf(Stretch::Kind kind) const;

    const Theme &m_theme;
    std::vector<TimelineRow> m_rows;
    std::int64_t m_totalUs = 1;
};

} // namespace pm::ui
