// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "source.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class StatusDot;
class Theme;

/// What is wrong with the configuration file, on every page until it is mended: where, what, and what that
/// means for requests; else what of it waits for a restart. Hidden when nothing is and nothing does.
class ConfigBanner : public QWidget
{
    Q_OBJECT

public:
    explicit ConfigBanner(const Theme &theme, QWidget *parent = nullptr);

    void show(const std::vector<config::Problem> &problems, const GatewayStatus &status, bool canEdit);

Q_SIGNALS:
    void editWanted(); ///< bring the file's text where it can be mended

private:
    StatusDot *m_sign;
    QLabel *m_place;
    QLabel *m_text;
    QLabel *m_meaning;
    QPushButton *m_edit;
};

/// "config.yaml:27:3" of the first error, and its message; both empty when there is none.
struct ConfigError
{
    QString place;
    QString message;
    int further = 0; ///< errors behind it
};
ConfigError firstError(const std::vector<config::Problem> &problems, const std::string &path);

} // namespace pm::ui
