// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gateway.h"

#include <QListWidget>

namespace pm::ui {

class Theme;

/// The providers: health, colour, name, key, models, latency. Those that are in use come first.
class ProviderList : public QListWidget
{
    Q_OBJECT

public:
    explicit ProviderList(const Theme &theme, QWidget *parent = nullptr);
    void setProviders(const std::vector<ProviderStatus> &providers, const QString &current);
    void setFilter(const QString &text);

Q_SIGNALS:
    void chosen(const QString &name); ///< by the user

private:
    void applyFilter();

    QString m_filter;
    bool m_isFilling = false;
};

/// In use: named in the configuration, with a key, local and there, or the demo.
bool isInUse(const ProviderStatus &provider);

} // namespace pm::ui
