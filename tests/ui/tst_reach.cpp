// SPDX-License-Identifier: GPL-3.0-or-later
// Every control of the pages that edit has a name and is reached by Tab, in the order in which it is read.
#include "clients/clients_page.h"
#include "format.h"
#include "main_window.h"
#include "providers/providers_page.h"
#include "routers/routers_page.h"
#include "runtime/route_words.h"
#include "runtime/snapshot_builder.h"
#include "sample_money.h"
#include "sample_policies.h"
#include "sample_source.h"
#include "session.h"
#include "spend/spend_page.h"
#include "spend/spend_table.h"
#include "spoken.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace pm;
using namespace pm::ui;

namespace {

const std::string kText =
    "routers:\n"
    "  deep:\n"
    "    route:\n"
    "      strategy: weighted\n"
    "      children:\n"
    "        - {target: openai/gpt-5, weight: 2}\n"
    "        - {strategy: latency, children: [{target: anthropic}, {target: groq}]}\n"
    "  rules:\n"
    "    route:\n"
    "      strategy: conditional\n"
    "      rules:\n"
    "        - when: {metadata.team: [ml], request.input-tokens: {gt: 100}, request.has-image: true}\n"
    "          name: theirs\n"
    "          use: openai\n"
    "        - when: {not: {time.hour: 3}}\n"
    "          use: {strategy: balanced, settings: {cost: 0.5}, children: [anthropic, groq]}\n"
    "      default: {strategy: usage, children: [{target: openai, rpm: 5}, groq]}\n"
    "  topics:\n"
    "    route:\n"
    "      strategy: semantic\n"
    "      settings: {embedding: ollama/nomic-embed-text}\n"
    "      rules:\n"
    "        - {examples: [one thing, another], use: openai}\n"
    "        - {examples: [something else], use: groq}\n"
    "      default: anthropic\n"
    "  tasks:\n"
    "    route: {strategy: task, rules: [{is: code, use: openai}, {is: title, use: groq}], default: anthropic}\n"
    "  guarded:\n"
    "    route: openai\n"
    "    cache: {directive: max-age=60, semantic: {embedding: ollama/nomic-embed-text}}\n"
    "    rate-limit:\n"
    "      tokens: {capacity: 5}\n"
    "      limits: [{requests: 5, per: 90s, by: metadata.job}]\n"
    "      concurrency: {requests: 8}\n"
    "    budgets: [{usd: 5}]\n"
    "    guardrails: [pii, {check: patterns, patterns: [a]}, {check: schema, schema: {type: object}}]\n"
    "  wrong:\n"
    "    route:\n"
    "      strategy: conditional\n"
    "      rules: [{when: {request.has-imagge: true}, use: {strategy: ab, children: [openai, groq]}}]\n"
    "      default: anthropicc\n";

/// A window with the pages that edit.
struct Fixture
{
    Fixture()
        : state(folder.filePath(u"window.ini"_s))
        , session({[] { return kText; },
                   [](const std::string &draft) {
                       return config::load(draft, knownNames());
                   },
                   [](const std::string &) -> Result<void> { return {}; }})
        , window(source(), theme, state)
    {
        ProviderActions actions;
        actions.models = [](const std::string &) { return std::vector<ModelInfo>{{.id = "gpt-5"}}; };
        window.addPage(new RoutersPage(window.context(), session, routeWords(), sample::noPolicies()));
        window.addPage(new ProvidersPage(window.context(), actions));
        window.addPage(new SpendPage(window.context()));
        window.addPage(new ClientsPage(window.context()));
        window.show();
    }

    static Source source()
    {
        auto store = std::make_shared<sample::Store>();
        sample::fill(*store, 3, 3, nowMicros());
        return sample::makeSource(store, std::make_shared<std::vector<trace::Head>>());
    }

    /// Names of what Tab comes to, from the start until it goes round.
    QStringList tabbed(QSet<QWidget *> &reached)
    {
        QStringList names;
        QWidget *first = nullptr;
        for (int i = 0; i < 200; ++i) {
            QTest::keyClick(window.focusWidget() ? window.focusWidget() : &window, Qt::Key_Tab);
            if (window.focusWidget() && window.focusWidget()->inherits("QsciScintilla")) {
                reached.insert(window.focusWidget());
                names.append(sample::spokenName(window.focusWidget()));
                QTest::keyClick(window.focusWidget(), Qt::Key_Escape); // Tab indents there
            }
            if (window.focusWidget() == first)
                break; // it goes round
            first = first ? first : window.focusWidget();
            reached.insert(window.focusWidget());
            names.append(sample::spokenName(window.focusWidget()));
        }
        return names;
    }

    bool click(const QString &name)
    {
        for (QPushButton *button : window.findChildren<QPushButton *>()) {
            if (button->accessibleName() == name && button->isVisible()) {
                button->click();
                return true;
            }
        }
        return false;
    }

    QTemporaryDir folder;
    Theme theme;
    WindowState state;
    Session session;
    MainWindow window;
};

/// Tab comes to these in this order, from what has the focus on.
void verifyOrder(Fixture &f, const QStringList &wanted)
{
    QSet<QWidget *> reached;
    QStringList names{sample::spokenName(f.window.focusWidget())};
    names += f.tabbed(reached);
    qsizetype at = names.indexOf(wanted.first());
    QVERIFY2(at >= 0, qPrintable(wanted.first() + u" in "_s + names.join(u" | "_s)));
    names = names.mid(at) + names.first(at); // it goes round
    at = -1;
    for (const QString &name : wanted) {
        const qsizetype next = names.indexOf(name, at + 1);
        QVERIFY2(next > at, qPrintable(name + u" in "_s + names.join(u" | "_s)));
        at = next;
    }
}

} // namespace

class TestReach : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyControl_data();
    void everyControl();
    void rowsAreTabbedAsTheyAreRead_data();
    void rowsAreTabbedAsTheyAreRead();
    void addedRowsAreTabbedAsTheyAreRead();
    void spendIsTabbedAsItIsRead();
    void aNewKeyIsTabbedAsItIsRead();
    void policiesAreTabbedAsTheyAreRead();
};

void TestReach::everyControl_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("item");
    QTest::addColumn<int>("tab");
    QTest::newRow("routers, a tree") << u"routers"_s << u"deep"_s << 0;
    QTest::newRow("routers, rules with conditions") << u"routers"_s << u"rules"_s << 0;
    QTest::newRow("routers, rules with examples") << u"routers"_s << u"topics"_s << 0;
    QTest::newRow("routers, rules with classes") << u"routers"_s << u"tasks"_s << 0;
    QTest::newRow("routers, one with problems") << u"routers"_s << u"wrong"_s << 0;
    QTest::newRow("routers, failures") << u"routers"_s << u"deep"_s << 1;
    QTest::newRow("routers, policies") << u"routers"_s << u"guarded"_s << 2;
    QTest::newRow("routers, no policies") << u"routers"_s << u"deep"_s << 2;
    QTest::newRow("routers, cache") << u"routers"_s << u"guarded"_s << 4;
    QTest::newRow("routers, what if") << u"routers"_s << u"deep"_s << 3;
    QTest::newRow("providers") << u"providers"_s << QString() << -1;
    QTest::newRow("spend") << u"spend"_s << QString() << -1;
    QTest::newRow("clients") << u"clients"_s << QString() << -1;
}

void TestReach::everyControl()
{
    QFETCH(QString, page);
    QFETCH(QString, item);
    QFETCH(int, tab);
    Fixture f;
    f.window.open({page, {}, {}, item});
    if (tab >= 0)
        f.window.currentPage()->findChild<QTabBar *>()->setCurrentIndex(tab);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    if (page == u"spend"_s)
        QTRY_VERIFY(f.window.currentPage()->findChild<SpendTable *>()->isVisible());
    QSet<QWidget *> reached;
    const QStringList names = f.tabbed(reached);
    int looked = 0;
    for (QWidget *widget : f.window.currentPage()->findChildren<QWidget *>()) {
        if (!widget->isVisible() || !widget->isEnabled() || !(widget->focusPolicy() & Qt::TabFocus) ||
            sample::isInnerPart(widget))
            continue;
        const QString name = sample::spokenName(widget);
        QVERIFY2(!name.isEmpty(), qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u" in "_s +
                                             QString::fromLatin1(widget->parentWidget()->metaObject()->className())));
        QVERIFY2(reached.contains(widget), qPrintable(name + u" is not in "_s + names.join(u" | "_s)));
        ++looked;
    }
    QVERIFY(looked > 2);
}

void TestReach::rowsAreTabbedAsTheyAreRead_data()
{
    QTest::addColumn<QString>("router");
    QTest::addColumn<QStringList>("wanted"); ///< in this order, others between
    QTest::newRow("a tree") << u"deep"_s
                            << QStringList{u"Strategy"_s, u"Provider of target 1"_s, u"Model of target 1"_s,
                                           u"Weight of target 1"_s, u"Strategy of group 1"_s, u"Weight of group 1"_s,
                                           u"Provider of target 2"_s, u"Add a target to group 1"_s, u"Add a target"_s,
                                           u"Configuration text"_s};
    QTest::newRow("conditions and settings")
        << u"rules"_s
        << QStringList{u"Strategy"_s, u"Conditions of target 1 together"_s, u"Add a condition to target 1"_s,
                       u"Field of condition 1 of target 1"_s, u"Name in the field of condition 1 of target 1"_s,
                       u"Operator of condition 1 of target 1"_s, u"Value of condition 1 of target 1"_s,
                       u"Remove condition 1 of target 1"_s, u"Field of condition 2 of target 1"_s,
                       u"Value of condition 2 of target 1"_s, u"Value of condition 3 of target 1"_s,
                       u"Provider of target 1"_s, u"Name of target 1"_s, u"Edit the condition of group 1 in YAML"_s,
                       u"Strategy of group 1"_s, u"cost of group 1"_s, u"Reset cost of group 1"_s, u"Provider of target 2"_s,
                       u"Add a target to group 1"_s, u"Strategy of group 2"_s, u"Provider of target 4"_s,
                       u"Requests a minute of target 4"_s, u"Tokens a minute of target 4"_s, u"Add a rule"_s,
                       u"Configuration text"_s};
    QTest::newRow("examples") << u"topics"_s
                              << QStringList{u"Strategy"_s, u"embedding of group 0"_s, u"Add an example to target 1"_s,
                                             u"Example 1 of target 1"_s, u"Remove example 1 of target 1"_s,
                                             u"Example 2 of target 1"_s, u"Provider of target 1"_s,
                                             u"Add an example to target 2"_s, u"Example 1 of target 2"_s,
                                             u"Provider of target 3"_s, u"Add a rule"_s, u"Configuration text"_s};
    QTest::newRow("classes") << u"tasks"_s
                             << QStringList{u"Class of requests of target 1"_s, u"Provider of target 1"_s,
                                            u"Class of requests of target 2"_s, u"Provider of target 2"_s,
                                            u"Provider of target 3"_s, u"Configuration text"_s};
}

void TestReach::rowsAreTabbedAsTheyAreRead()
{
    QFETCH(QString, router);
    QFETCH(QStringList, wanted);
    Fixture f;
    f.window.open({u"routers"_s, {}, {}, router});
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    verifyOrder(f, wanted);
}

void TestReach::addedRowsAreTabbedAsTheyAreRead()
{
    Fixture f;
    f.window.open({u"routers"_s, {}, {}, u"deep"_s});
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    QVERIFY(f.click(u"Add a target to group 1"_s)); // the rows are made anew, after everything else in the window
    verifyOrder(f, {u"Strategy of group 1"_s, u"Provider of target 3"_s, u"Provider of target 4"_s,
                    u"Add a target to group 1"_s, u"Configuration text"_s});
    f.window.open({u"routers"_s, {}, {}, u"topics"_s});
    QVERIFY(f.click(u"Add an example to target 1"_s)); // a line that is in no text yet
    QCOMPARE(sample::spokenName(f.window.focusWidget()), u"Example 3 of target 1"_s);
    QSet<QWidget *> reached;
    QCOMPARE(f.tabbed(reached).mid(0, 2), (QStringList{u"Remove example 3 of target 1"_s, u"Provider of target 1"_s}));
    f.window.open({u"routers"_s, {}, {}, u"rules"_s});
    QVERIFY(f.click(u"Add a condition to target 1"_s));
    verifyOrder(f, {u"Remove condition 3 of target 1"_s, u"Field of condition 4 of target 1"_s,
                    u"Remove condition 4 of target 1"_s, u"Provider of target 1"_s});
}

void TestReach::spendIsTabbedAsItIsRead()
{
    Fixture f;
    f.window.open({u"spend"_s, {}, {}, {}});
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    auto *page = qobject_cast<SpendPage *>(f.window.currentPage());
    page->setSpan(SpendSpan::ThirtyDays);
    QTRY_VERIFY(page->findChild<SpendTable *>()->isVisible());
    QSet<QWidget *> reached;
    const QString names = u"Span of time|"_s + f.tabbed(reached).join(u'|');
    QVERIFY2(names.startsWith(u"Span of time|Grouped by|What was spent|Budgets|"_s), qPrintable(names));
}

void TestReach::aNewKeyIsTabbedAsItIsRead()
{
    Fixture f;
    f.window.open({u"clients"_s, {}, {}, {}});
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    qobject_cast<ClientsPage *>(f.window.currentPage())->startNew();
    QSet<QWidget *> reached;
    const QString names = f.tabbed(reached).join(u'|');
    QVERIFY2(names.startsWith(u"Routers|Models|Budget|Limit|Expires|Metadata|Make key|Cancel|"_s), qPrintable(names));
}

void TestReach::policiesAreTabbedAsTheyAreRead()
{
    Fixture f;
    f.window.open({u"routers"_s, {}, {}, u"guarded"_s});
    f.window.currentPage()->findChild<QTabBar *>()->setCurrentIndex(2);
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    verifyOrder(f, {u"Cache"_s, u"Fresh for of the cache"_s, u"Directive of the cache"_s, u"Also by meaning of the cache"_s,
                    u"Threshold of the cache"_s, u"Tokens of limit 1"_s, u"Remove limit 1"_s, u"Amount of limit 2"_s,
                    u"Per of limit 2"_s, u"Per of limit 2, in words"_s, u"Remove limit 2"_s, u"Add a limit"_s,
                    u"At once of limit 1 of requests at once"_s, u"US dollars of budget 1"_s, u"Add a budget"_s,
                    u"Check of guardrail 1"_s, u"Looks for of guardrail 1: email"_s, u"Patterns of guardrail 2"_s,
                    u"Edit the schema in YAML of guardrail 3"_s, u"Add a guardrail"_s, u"Configuration text"_s});
    QVERIFY(f.click(u"Add a budget"_s)); // its row is made anew, after everything else in the window
    verifyOrder(f, {u"US dollars of budget 1"_s, u"US dollars of budget 2"_s, u"Remove budget 2"_s, u"Add a budget"_s,
                    u"Check of guardrail 1"_s});
}

QTEST_MAIN(TestReach)
#include "tst_reach.moc"
