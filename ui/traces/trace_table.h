// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace pm::ui {

class Theme;
class TraceModel;

/// The table of requests: fixed rows, columns that give way by rank when it is narrow, and an eye on the
/// newest row: while it is in sight the view follows, else what is being read stands still.
class TraceTable : public QTableView
{
    Q_OBJECT

public:
    TraceTable(const Theme &theme, TraceModel &model, QWidget *parent = nullptr);

    bool isFollowing() const { return m_isFollowing; }
    void follow(); ///< to the newest row, and stays there
    std::int64_t barScale() const { return m_barScale; }
    std::string currentId() const;

Q_SIGNALS:
    void followingChanged(bool following);
    void currentTraceChanged();
    void openWanted();
    void closeWanted();
    void replayWanted();
    void copyWanted();
    void menuWanted(const QPoint &globalPosition);
    void filterWanted();
    void olderWanted(); ///< the oldest row is nearly in sight

protected:
    void focusInEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void fitColumns();
    void setUpLook();
    void setUpDelegates();
    void beforeInsert();
    void afterInsert(int first, int last);
    void watchEdges();
    void setFollowing(bool following);
    void measureBars();
    void move(int rows);

    const Theme &m_theme;
    TraceModel &m_model;
    bool m_isFollowing = true;
    bool m_isMoving = false; ///< the view scrolls itself, not the user
    int m_valueBefore = 0;
    std::int64_t m_barScale = 1;
};

} // namespace pm::ui
