// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/outcome.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class FigureTile;
class Theme;

/// "second attempt", "via fallback", "timed out": what is out of the ordinary in one or two words; empty when
/// nothing is.
QString badgeText(const trace::Head &head);
/// The error in words, with what to do about it; empty when all is well.
QString problemText(const trace::Head &head);

/// The top of the detail: what happened to the request, and its four figures.
class DetailHead : public QWidget
{
    Q_OBJECT

public:
    explicit DetailHead(const Theme &theme, QWidget *parent = nullptr);

    void setHead(const trace::Head &head, std::int64_t nowMicros);
    void setTornOff(bool tornOff);
    void setReplayObstacle(const QString &obstacle); ///< why it cannot be sent again; empty when it can

Q_SIGNALS:
    void replayWanted();
    void copyWanted();
    void tearOffWanted();
    void closeWanted();

private:
    QWidget *makeTitle();
    QWidget *makeFigures();
    void setFigures(const trace::Head &head, std::int64_t nowMicros);

    const Theme &m_theme;
    StatusDot *m_sign;
    ElidedLabel *m_title;
    QLabel *m_badge;
    ElidedLabel *m_where;
    QLabel *m_problem;
    QToolButton *m_replay = nullptr;
    QToolButton *m_tearOff = nullptr;
    FigureTile *m_first, *m_speed, *m_input, *m_cost;
};

} // namespace pm::ui
