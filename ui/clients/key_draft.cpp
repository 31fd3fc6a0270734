// SPDX-License-Identifier: GPL-3.0-or-later
#include "clients/key_draft.h"

#include "format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::clients", text);
}

QStringList parts(const QString &text)
{
    QStringList list;
    for (const QString &part : text.split(u',')) {
        if (!part.trimmed().isEmpty())
            list.append(part.trimmed());
    }
    return list;
}

/// Reads each part of a field; the first that is wrong is told of.
template <typename T>
QString readAll(const QString &text, Result<T> (*parse)(std::string_view), std::vector<T> &into)
{
    for (const QString &part : parts(text)) {
        auto value = parse(part.toStdString());
        if (!value)
            return tr("\"%1\": %2").arg(part, fromUtf8(value.error().message));
        into.push_back(std::move(*value));
    }
    return {};
}

bool contains(const std::vector<std::string> &names, const std::string &name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

QString readRouters(const QString &text, const std::vector<std::string> &known, policy::ClientKey &key)
{
    for (const QString &part : parts(text)) {
        key.routers.push_back(part.toStdString());
        if (contains(known, key.routers.back()))
            continue;
        QStringList names;
        for (const std::string &name : known)
            names.append(fromUtf8(name));
        return names.isEmpty()
                   ? tr("There is no router \"%1\"; none is configured.").arg(part)
                   : tr("There is no router \"%1\"; there are: %2").arg(part, names.join(u", "_s));
    }
    return {};
}

QString readModels(const QString &text, policy::ClientKey &key)
{
    for (const QString &part : parts(text)) {
        const qsizetype star = part.indexOf(u'*');
        if (star >= 0 && star + 1 != part.size())
            return tr("\"%1\": a * stands at the end only, for any rest").arg(part);
        key.models.push_back(part.toStdString());
    }
    return {};
}

QString readExpiry(const QString &text, std::int64_t now, policy::ClientKey &key)
{
    if (text.trimmed().isEmpty())
        return {};
    const auto moment = policy::parseExpiry(text.trimmed().toStdString(), now);
    if (!moment)
        return fromUtf8(moment.error().message);
    key.expiresAt = *moment;
    return *moment > now ? QString() : tr("This is over already");
}

QString readMetadata(const QString &text, policy::ClientKey &key)
{
    for (const QString &part : parts(text)) {
        const qsizetype equals = part.indexOf(u'=');
        const QString name = part.left(std::max<qsizetype>(0, equals)).trimmed();
        if (name.isEmpty())
            return tr("\"%1\": write it as name=value, such as team=ml").arg(part);
        key.metadata[name.toStdString()] = part.mid(equals + 1).trimmed().toStdString();
    }
    return {};
}

QString readName(const QString &text, const std::vector<std::string> &taken, policy::ClientKey &key)
{
    key.name = text.trimmed().toStdString();
    if (key.name.empty())
        return tr("A key needs a name, to be told apart and revoked by");
    if (contains(taken, key.name))
        return tr("There is a key of this name already");
    policy::ClientKey onlyName;
    onlyName.name = key.name;
    const auto checked = policy::checkClientKey(onlyName);
    return checked ? QString() : fromUtf8(checked.error().message);
}

} // namespace

ReadKey readDraft(const KeyDraft &draft, const std::vector<std::string> &routers,
                  const std::vector<std::string> &taken, std::int64_t nowSeconds)
{
    ReadKey read;
    policy::ClientKey &key = read.key;
    const std::array<QString, kKeyFields> problems{
        readName(draft[KeyField::Name], taken, key),
        readRouters(draft[KeyField::Routers], routers, key),
        readModels(draft[KeyField::Models], key),
        readAll(draft[KeyField::Budget], policy::parseBudget, key.budgets),
        readAll(draft[KeyField::Limit], policy::parseLimit, key.limits),
        readExpiry(draft[KeyField::Expires], nowSeconds, key),
        readMetadata(draft[KeyField::Metadata], key),
    };
    for (std::size_t i = 0; i < kKeyFields; ++i) {
        if (!problems[i].isEmpty())
            read.problems.push_back({KeyField(i), problems[i]});
    }
    return read;
}

KeyField fieldOf(const Error &error)
{
    return error.kind == ErrorKind::NotFound ? KeyField::Routers : KeyField::Name;
}

} // namespace pm::ui
