// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <functional>
#include <string>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class PolicyRow;
class Theme;

/// All items of one kind of policy under a heading, and the way to one more. GUI thread.
class PolicySection : public QWidget
{
    Q_OBJECT

public:
    struct Words
    {
        QString title;
        QString about; ///< what such policies do, in a sentence
        QString none;  ///< shown while there is no item
        QString add;   ///< of the button; empty: there is none
    };
    using MakeRow = std::function<PolicyRow *(int index, const std::string &shape)>;

    PolicySection(const Theme &theme, const Words &words, MakeRow makeRow, QWidget *parent = nullptr);

    void setHeadControl(QWidget *control); ///< beside the heading
    void setNone(const QString &text);     ///< instead of Words::none
    /// One row for each; those that are made for the same shapes already stay. True when rows were made anew.
    bool setShapes(const std::vector<std::string> &shapes);
    const std::vector<PolicyRow *> &rows() const { return m_rows; }
    QList<QWidget *> stops() const;
    void focusAdd();

Q_SIGNALS:
    void addWanted();

private:
    MakeRow m_makeRow;
    QWidget *m_control = nullptr;
    QVBoxLayout *m_list;
    QLabel *m_none;
    QPushButton *m_add = nullptr;
    std::vector<std::string> m_shapes;
    std::vector<PolicyRow *> m_rows;
};

} // namespace pm::ui
