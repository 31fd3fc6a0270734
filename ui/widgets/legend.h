// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "style/tokens.h"

#include <QWidget>

#include <vector>

namespace pm::ui {

class Theme;

/// What the colours of a chart stand for: a mark and a word each, in one line.
class Legend : public QWidget
{
    Q_OBJECT

public:
    enum class Mark { Line, Square };
    struct Entry
    {
        QString text;
        QColor Tokens::*token = nullptr; ///< of the theme, else `colour`
        Mark mark = Mark::Square;
        QColor colour{};
        bool operator==(const Entry &) const = default;
    };

    Legend(const Theme &theme, std::vector<Entry> entries, QWidget *parent = nullptr);
    void setEntries(std::vector<Entry> entries);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    std::vector<Entry> m_entries;
};

} // namespace pm::ui
