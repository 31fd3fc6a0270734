// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fixture_routers.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QToolButton>

namespace pm::ui::sample {

/// The form of one router, r, whose controls are known by what assistive tools say.
struct FormFixture : RoutersFixture
{
    explicit FormFixture(std::string start)
        : RoutersFixture(std::move(start))
    {
        window.resize(1400, 900);
    }

    QComboBox *box(const QString &name)
    {
        for (QComboBox *each : page->findChildren<QComboBox *>()) {
            if (each->isVisible() && spokenName(each) == name)
                return each;
        }
        return nullptr;
    }
    bool choose(const QString &name, const QVariant &data)
    {
        QComboBox *found = box(name);
        const int index = found ? found->findData(data) : -1;
        if (index < 0)
            return false;
        found->setCurrentIndex(index);
        Q_EMIT found->activated(index);
        return true;
    }
    bool type(const QString &name, const QString &what)
    {
        auto *field = named<QLineEdit>(name);
        if (!field)
            return false;
        field->setText(what);
        QTest::keyClick(field, Qt::Key_Return);
        return true;
    }
    config::RouteNode route() { return session.config().findRouter("r")->routes.begin()->second; }
    QString draft() { return QString::fromStdString(session.draft()); }
    QLabel *label(const QString &words)
    {
        for (QLabel *each : page->findChildren<QLabel *>()) {
            if (each->isVisible() && each->text().contains(words))
                return each;
        }
        return nullptr;
    }
};

inline std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    return text.replace(text.find(from), from.size(), to);
}

} // namespace pm::ui::sample
