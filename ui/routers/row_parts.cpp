// SPDX-License-Identifier: GPL-3.0-or-later
#include "routers/row_parts.h"

#include "format.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>

#include <optional>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString groupTitle(config::StrategyGroup group)
{
    using Group = config::StrategyGroup;
    const char *title = group == Group::Simple    ? QT_TRANSLATE_NOOP("Strategies", "Simple")
                        : group == Group::Figures ? QT_TRANSLATE_NOOP("Strategies", "By figures")
                        : group == Group::Request ? QT_TRANSLATE_NOOP("Strategies", "By the request")
                                                  : QT_TRANSLATE_NOOP("Strategies", "Several at once");
    return QCoreApplication::translate("Strategies", title);
}

/// A line that cannot be chosen.
void addHead(QComboBox *box, const QString &title)
{
    box->addItem(title);
    auto *model = qobject_cast<QStandardItemModel *>(box->model());
    QStandardItem *item = model->item(box->count() - 1);
    item->setFlags(Qt::NoItemFlags);
    QFont font = box->font();
    font.setPixelSize(11);
    font.setWeight(QFont::DemiBold);
    item->setFont(font);
}

} // namespace

void nameBox(QComboBox *box, const QString &name)
{
    auto *label = new QLabel(box->parentWidget());
    label->setAccessibleName(name);
    label->setBuddy(box);
    label->hide();
}

void showText(QLineEdit *edit, const QString &text)
{
    const bool isTyped = edit->isModified() && edit->hasFocus();
    if (isTyped || edit->text() == text)
        return;
    edit->setText(text);
    edit->setCursorPosition(0); // names begin with what tells them apart
}

QString taken(QLineEdit *edit)
{
    edit->setModified(false);
    return edit->text().trimmed();
}

QPushButton *makeQuietButton(const QString &text, const QString &name, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setProperty("kind", u"quiet"_s);
    button->setAccessibleName(name);
    return button;
}

QString spacedText(std::string_view key)
{
    return fromUtf8(key).replace(u'-', u' ');
}

QString strategyTitle(std::string_view key)
{
    if (key == "ab")
        return QCoreApplication::translate("Strategies", "A/B test");
    QString title = spacedText(key);
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return title;
}

void offerStrategies(QComboBox *box, const config::RouteWords &words)
{
    std::optional<config::StrategyGroup> group;
    for (const config::StrategyInfo &each : words.strategies) {
        if (group != each.group)
            addHead(box, groupTitle(each.group));
        group = each.group;
        box->addItem(strategyTitle(each.key), fromUtf8(each.key));
        box->setItemData(box->count() - 1, fromUtf8(each.sense), Qt::ToolTipRole);
    }
}

void chooseData(QComboBox *box, const QString &data)
{
    int index = box->findData(data);
    if (index < 0) {
        box->addItem(data, data);
        index = box->count() - 1;
    }
    box->setCurrentIndex(index);
}

} // namespace pm::ui
