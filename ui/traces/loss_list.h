// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/stages.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QListWidget;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// What was lost of a request, a row each, with the line where it stands; click or Enter goes there. Rows without a
/// place say so. Hidden while there is none.
class LossList : public QWidget
{
    Q_OBJECT

public:
    explicit LossList(const Theme &theme, QWidget *parent = nullptr);
    void setLosses(const std::vector<LostField> &losses, const QString &target);
    void setMostRows(int rows); ///< in sight at once; more scroll

Q_SIGNALS:
    void lineWanted(int line); ///< from 0

private:
    void go(int row);
    void fitHeight();

    const Theme &m_theme;
    QLabel *m_title;
    QListWidget *m_list;
    std::vector<LostField> m_losses;
    int m_mostRows = 4;
    int m_row = -1;          ///< gone to last,
    std::size_t m_place = 0; ///< and to which of its lines
};

} // namespace pm::ui
