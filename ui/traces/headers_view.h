// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/trace.h"

#include <QAbstractTableModel>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QTableView;
QT_END_NAMESPACE

namespace pm::ui {

class ComboBox;
class Theme;

/// Names and values of one header list.
class HeaderModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void setHeaders(const trace::HeaderList &headers);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<std::pair<QString, QString>> m_headers;
};

/// Two tables, request and answer, of one side: the client's or the provider's.
class HeadersView : public QWidget
{
    Q_OBJECT

public:
    explicit HeadersView(const Theme &theme, QWidget *parent = nullptr);
    void setDetail(const trace::Detail &detail);

private:
    void showSide();
    QTableView *makeTable(const QString &name, HeaderModel *model);

    const Theme &m_theme;
    HeaderModel *m_request;
    HeaderModel *m_answer;
    ComboBox *m_side;
    QLabel *m_requestTitle;
    QLabel *m_answerTitle;
    trace::HeaderList m_lists[4]; ///< client request and answer, provider request and answer
};

} // namespace pm::ui
