// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/config.h"
#include "gateway.h"

#include <QFrame>

QT_BEGIN_NAMESPACE
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QToolButton;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class ElidedLabel;
class ShareBar;
class StatusDot;
class Theme;

/// What a row shows besides the target itself.
struct TargetFacts
{
    bool isWeighted = false;
    double share = 0;                           ///< configured, 0..1
    const RouterStatus::Target *seen = nullptr; ///< none: not in force yet
    bool hasTraffic = false;                    ///< any target was seen in this run
    const ProviderStatus *provider = nullptr;
    QString problem; ///< of the check, about this target
};

/// One target of a router: provider, model, weight, and how it does.
class TargetRow : public QFrame
{
    Q_OBJECT

public:
    TargetRow(const Theme &theme, int number, QWidget *parent = nullptr);

    void setProviders(const std::vector<ProviderStatus> &providers);
    void setTarget(const config::RouteNode &target, const TargetFacts &facts);
    void setPlace(bool isFirst, bool isLast, bool isOnly);
    void setMarked(bool marked);

Q_SIGNALS:
    void edited(const pm::config::RouteNode &target);
    void moveWanted(int step); ///< -1 up, 1 down
    void removeWanted();
    void focused();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void build(int number);
    void connectParts();
    void showFacts(const TargetFacts &facts);
    void submit();

    const Theme &m_theme;
    config::RouteNode m_target;
    ComboBox *m_provider;
    QLineEdit *m_model;
    QDoubleSpinBox *m_weight;
    ShareBar *m_bar;
    QLabel *m_seen;
    StatusDot *m_dot;
    ElidedLabel *m_health;
    ElidedLabel *m_problem;
    QToolButton *m_up;
    QToolButton *m_down;
    QToolButton *m_remove;
    bool m_isFilling = false;
    bool m_isMarked = false;
};

} // namespace pm::ui
