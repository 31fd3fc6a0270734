// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

struct GapStats
{
    std::size_t pieces = 0;
    std::int64_t median = -1, p95 = -1, longest = -1; ///< microseconds
    std::int64_t longestAt = -1;                      ///< since the request's start, where the longest ended
};
GapStats gapStats(const std::vector<std::int64_t> &timesUs);

/// How evenly a stream came: the pause before each of its pieces, over time.
class GapsView : public QWidget
{
    Q_OBJECT

public:
    explicit GapsView(const Theme &theme, QWidget *parent = nullptr);
    void setTimes(std::vector<std::int64_t> timesUs);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    std::vector<std::int64_t> m_times;
    GapStats m_stats;
};

} // namespace pm::ui
