// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"
#include "widgets/status_dot.h"

#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

Sign verdictSign(const trace::Verdict &verdict);
QString verdictTitle(const trace::Verdict &verdict); ///< "Cache exact: hit"

/// What policies said of a request, a line each: glyph, policy and word, and what was found. Hidden while
/// there is none.
class VerdictList : public QWidget
{
    Q_OBJECT

public:
    static constexpr std::size_t kMostRows = 12; ///< the rest is counted

    explicit VerdictList(const Theme &theme, QWidget *parent = nullptr);
    void setVerdicts(const std::vector<trace::Verdict> &verdicts);

private:
    QWidget *makeRow(const trace::Verdict &verdict);

    const Theme &m_theme;
    QVBoxLayout *m_rows;
};

} // namespace pm::ui
