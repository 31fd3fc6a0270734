// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "traces/stages.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QSplitter;
QT_END_NAMESPACE

namespace pm::ui {

class CodeView;
class ElidedLabel;
class LossList;
class TabBar;
class Theme;

/// A body on its way, one of three points at a time, or the first and the last side by side; above it what was lost on
/// the way. What was chosen stays when another record comes.
class StagesView : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kBoth = 3; ///< the stage that shows the first and the last

    /// `names` of the points, in order, and of the whole for assistive tools.
    StagesView(const Theme &theme, const QString &name, const QStringList &names, QWidget *parent = nullptr);

    void setStages(const BodyStages &stages);
    void showMessage(const QString &text); ///< in their place: loading, not kept
    void setStage(int stage);
    int stage() const;
    CodeView &code() { return *m_code; }
    CodeView *otherCode() { return m_other; } ///< the last point beside the first; null before it was first shown

Q_SIGNALS:
    void saveWanted(int stage); ///< the whole, as it was stored

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showStage();
    void showBoth();
    void fitLosses();
    void goTo(int line);

    const Theme &m_theme;
    const QString m_lastName;
    BodyStages m_stages;
    TabBar *m_bar;
    ElidedLabel *m_about;
    LossList *m_losses;
    QLabel *m_note;
    QSplitter *m_split;
    CodeView *m_code;
    CodeView *m_other = nullptr;
};

} // namespace pm::ui
