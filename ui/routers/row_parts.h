// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/route_words.h"

#include <QString>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLineEdit;
class QPushButton;
class QWidget;
QT_END_NAMESPACE

// Small things that rows of the form are made of. GUI thread.
namespace pm::ui {

/// A combo box is named by its label only: this makes one that is not seen.
void nameBox(QComboBox *box, const QString &name);
/// Unless something else is being typed there; see taken().
void showText(QLineEdit *edit, const QString &text);
/// What was typed, trimmed: from now on the field shows again what holds.
QString taken(QLineEdit *edit);
QPushButton *makeQuietButton(const QString &text, const QString &name, QWidget *parent);
/// "output-tokens" -> "output tokens".
QString spacedText(std::string_view key);
/// "round-robin" -> "Round robin".
QString strategyTitle(std::string_view key);
/// All strategies under the heads of their groups; the key is each one's data.
void offerStrategies(QComboBox *box, const config::RouteWords &words);
/// Chooses the entry of this data; adds one when there is none, so that a wrong one is seen until it is
/// mended.
void chooseData(QComboBox *box, const QString &data);

} // namespace pm::ui
