// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clients/key_draft.h"
#include "source.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace pm::ui {

class ProblemNote;
class Theme;

/// Makes a client key: its fields, what is wrong at each of them, and Make key. Nothing is told while a field
/// is typed in for the first time; once told, a problem goes as soon as it is mended. GUI thread.
class NewKeyForm : public QWidget
{
    Q_OBJECT

public:
    NewKeyForm(const Theme &theme, const Source &source, QWidget *parent = nullptr);

    void start(); ///< empty, the name focused
    QLineEdit *field(KeyField field) const { return m_rows[std::size_t(field)].edit; }

Q_SIGNALS:
    void made(const QString &name, const pm::Secret &secret); ///< the secret stands nowhere else
    void cancelled();

private:
    struct Row
    {
        QLineEdit *edit = nullptr;
        ProblemNote *problem = nullptr;
        bool isLooked = false; ///< was left once, or Make key was pressed
    };
    struct Words
    {
        QString label;
        QString example; ///< in the empty field
        QString about;
    };
    static Words wordsOf(KeyField field);
    void addRow(QVBoxLayout &layout, KeyField field);
    ReadKey read() const;
    void showProblems(const std::vector<KeyProblem> &problems);
    void submit();

    const Theme &m_theme;
    const Source &m_source;
    std::array<Row, kKeyFields> m_rows;
    ProblemNote *m_problem; ///< what is wrong with none of the fields: the disk
    QPushButton *m_make = nullptr;
};

} // namespace pm::ui
