// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace pm::ui {

class SpendModel;
class Theme;

/// The rows of a SpendModel; Enter or a double click asks for the requests behind one.
class SpendTable : public QTableView
{
    Q_OBJECT

public:
    SpendTable(const Theme &theme, SpendModel &model, QWidget *parent = nullptr);

Q_SIGNALS:
    void requestsWanted(const QString &value); ///< SpendModel::ValueRole

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
};

} // namespace pm::ui
