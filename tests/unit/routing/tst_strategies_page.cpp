// SPDX-License-Identifier: GPL-3.0-or-later
// resources/help/strategies.md is what the table of strategies says now, and each strategy's own page has an example
// that loads. To renew the table: PM_UPDATE_GOLDENS=1.
#include "config/config_yaml.h"
#include "routing/request_class.h"
#include "routing/strategy.h"
#include "runtime/snapshot_builder.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace pm;
using namespace pm::routing;
using pm::test::q;

namespace {

QString cell(std::string_view text)
{
    return q(text).replace(u'|', QStringLiteral("\\|"));
}

QString settingsTable(const Strategy &strategy)
{
    QString table;
    for (const config::Key &key : strategy.settings()) {
        const QString standard = key.standard.empty() ? QString() : q("`%1`").arg(cell(key.standard));
        table += q("| `%1` | `%2` | %3 | %4 | %5 |\n")
                     .arg(cell(strategy.key()), cell(key.path), cell(config::describe(key)), standard, cell(key.sense));
    }
    return table;
}

QString page()
{
    QString text = q("# Routing strategies\n\nMade from the table of strategies. A node of a router's tree names one of these; each has a page "
                     "with an example.\n\n| strategy | also | children | what it does |\n|---|---|---|---|\n");
    QString settings = q("\n## Settings\n\nIn `settings:` of the node.\n\n| strategy | setting | value | default | meaning |\n|---|---|---|---|---|\n");
    for (const Strategy *strategy : strategies()) {
        QStringList also;
        for (const std::string_view alias : strategy->aliases())
            also << q("`%1`").arg(q(alias));
        const bool hasRules = strategy->rules() != config::RuleKind::None;
        const QString children = hasRules ? q("`rules`, `default`") : q("at least %1").arg(strategy->leastChildren());
        text += q("| [`%1`](strategies/%1.md) | %2 | %3 | %4 |\n").arg(q(strategy->key()), also.join(q(", ")), children, cell(strategy->sense()));
        settings += settingsTable(*strategy);
    }
    QString classes = q("\n## Classes of requests\n\nFor `is` of `task`, and `request.class` of `conditional`, which is the first of the table that holds.\n\n"
                        "| class | a request is of it when |\n|---|---|\n");
    for (const RequestClass &row : requestClasses())
        classes += q("| `%1` | %2 |\n").arg(q(row.name), cell(row.sense));
    return text + settings + classes;
}

} // namespace

class TestStrategiesPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isCurrent()
    {
        QFile file(test::inSources(QStringLiteral("/resources/help/strategies.md")));
        if (qEnvironmentVariableIsSet("PM_UPDATE_GOLDENS")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(page().toUtf8());
            return;
        }
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        QCOMPARE(QString::fromUtf8(file.readAll()), page());
    }

    void pages_data()
    {
        QTest::addColumn<QString>("key");
        for (const Strategy *strategy : strategies())
            QTest::newRow(strategy->key().data()) << q(strategy->key());
    }
    void pages()
    {
        QFETCH(QString, key);
        QFile file(test::inSources(QStringLiteral("/resources/help/strategies/%1.md").arg(key)));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        const QString text = QString::fromUtf8(file.readAll());
        QVERIFY(text.startsWith(q("# %1\n").arg(key)));
        static const QRegularExpression kExample(QStringLiteral("```yaml\n(.*?)```"), QRegularExpression::DotMatchesEverythingOption);
        const QString yaml = kExample.match(text).captured(1);
        const config::Loaded loaded = config::load(yaml.toStdString(), knownNames());
        QVERIFY2(loaded.problems.empty(), config::formatProblems(key.toStdString() + ".md", loaded.problems).c_str());
        QCOMPARE(loaded.config.routers.size(), std::size_t(1));
        const config::Router &router = loaded.config.routers.front();
        QCOMPARE(q(router.routes.at(config::EndpointType::Chat).strategy), key);
    }
};

QTEST_APPLESS_MAIN(TestStrategiesPage)
#include "tst_strategies_page.moc"
