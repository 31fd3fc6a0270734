// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/secret.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
QT_END_NAMESPACE

namespace pm::ui {

class Theme;

/// A secret that was just made, shown this once: emptied when its reader says that it is kept.
class SecretView : public QWidget
{
    Q_OBJECT

public:
    explicit SecretView(const Theme &theme, QWidget *parent = nullptr);

    void showSecret(const QString &name, const Secret &secret, const QString &baseUrl);
    bool hasSecret() const { return !m_secret.isEmpty(); }
    void forget();

Q_SIGNALS:
    void copied(); ///< to the clipboard
    void done();

private:
    Secret m_secret;
    QLabel *m_title;
    QLineEdit *m_field;
    QPushButton *m_copy;
    QLabel *m_use;
};

} // namespace pm::ui
