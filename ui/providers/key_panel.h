// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "providers/provider_actions.h"

#include <QHash>
#include <QPointer>
#include <QTimer>
#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class ElidedLabel;
class Theme;

/// A provider's key: how it stands, set, delete, test. The field is emptied the moment its text is handed on;
/// the text is never shown, kept or written anywhere else. Answers that come after the user went to another
/// provider are kept for when they come back.
class KeyPanel : public QWidget
{
    Q_OBJECT

public:
    KeyPanel(const Theme &theme, ProviderActions actions, QWidget *parent = nullptr);

    void setProvider(const ProviderStatus &provider);

private:
    struct Note
    {
        QString text;
        QString remedy;
        int tone = 0; ///< of Tone
        bool isBusy = false;
    };
    void build();
    void submit();
    void askDelete();
    void remove();
    void test();
    void begin(const QString &what);
    void finish(const std::string &provider, Note note);
    void endConfirm();
    void refresh();

    const Theme &m_theme;
    const ProviderActions m_actions;
    ProviderStatus m_provider;
    QHash<QString, Note> m_notes; ///< by provider; as many as there are providers
    QLabel *m_state;
    QLabel *m_remedy;
    QLineEdit *m_field;
    QPushButton *m_set;
    QPushButton *m_test;
    QPushButton *m_delete;
    QPushButton *m_confirm;
    QPushButton *m_cancel;
    QLabel *m_keyPage;
    QLabel *m_note;
    QLabel *m_noteRemedy;
    QTimer m_slow; ///< a keyring that takes this long shows a dialog somewhere
    QPointer<QWidget> m_focusBefore; ///< while an action runs
};

} // namespace pm::ui
