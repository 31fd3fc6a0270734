// SPDX-License-Identifier: GPL-3.0-or-later
// The cache panel: what it shows, what it purges and when it asks first, and how a threshold is chosen.
#include "policies/cache_panel.h"
#include "policies/near_miss_model.h"
#include "runtime/snapshot_builder.h"
#include "sample_policies.h"
#include "session.h"
#include "spoken.h"
#include "style/theme.h"

#include <QAbstractItemModelTester>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace pm;
using namespace pm::ui;
using namespace Qt::StringLiterals;

namespace {

const std::string kText = "routers:\n"
                          "  guarded:\n"
                          "    route: openai\n"
                          "    cache: {semantic: {embedding: ollama/nomic-embed-text, threshold: 0.95}}\n"
                          "  plain: {route: openai, cache: {seed: a}}\n";

} // namespace

class TestCachePanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_purged.clear();
        m_source = sample::policies();
        const auto purge = m_source.purgeCache;
        m_source.purgeCache = [this, purge](const policy::CachePurge &which, std::function<void(std::uint64_t)> done) {
            m_purged.push_back(which);
            purge(which, std::move(done));
        };
        begin(kText);
    }

    void showsWhatIsHeldAndSaved()
    {
        QTRY_VERIFY(tells(u"answers, 9.2 MB"_s));
        QVERIFY(tells(u"1,802"_s));
        QVERIFY(tells(u"41.2 %"_s));
        QVERIFY(tells(u"$14.32"_s));
        QVERIFY(tells(u"1,291 hits, 87 near"_s));
        QVERIFY(tells(u"2,112 answers, 12 MB on disk"_s));
    }

    void purgesOnlyWhatWasConfirmed()
    {
        QTRY_VERIFY(button(u"Purge"_s)->isEnabled());
        button(u"Purge"_s)->click();
        QVERIFY(m_purged.empty());
        QVERIFY(tells(u"1,802 answers of router guarded will go."_s));
        button(u"Keep them"_s)->click();
        QVERIFY(!button(u"Purge them"_s));
        QVERIFY(m_purged.empty());
        button(u"Purge"_s)->click();
        button(u"Purge them"_s)->click();
        QCOMPARE(m_purged.size(), std::size_t(1));
        QCOMPARE(m_purged[0].router, std::string("guarded"));
        QCOMPARE(m_purged[0].storedBefore, std::int64_t(0));
        QTRY_VERIFY(tells(u"600 answers went"_s));
        QTRY_VERIFY(tells(u"1,202"_s)); // read anew
    }

    void saysWhichPartGoes()
    {
        QTRY_VERIFY(button(u"Purge"_s)->isEnabled());
        box(u"Whose answers to purge"_s)->setCurrentIndex(1);
        box(u"Age of answers to purge"_s)->setCurrentIndex(2);
        QTest::keyClicks(m_panel->findChild<QLineEdit *>(QString(), Qt::FindChildrenRecursively), u"gpt-5"_s);
        button(u"Purge"_s)->click();
        QVERIFY(tells(u"Of 2,112 answers of all routers those of gpt-5 older than 1 day will go."_s));
        QTest::keyClick(button(u"Keep them"_s), Qt::Key_Escape); // as Keep them
        QVERIFY(!button(u"Purge them"_s));
        QVERIFY(m_purged.empty());
        button(u"Purge"_s)->click();
        button(u"Purge them"_s)->click();
        QCOMPARE(m_purged[0].router, std::string());
        QCOMPARE(m_purged[0].model, std::string("gpt-5"));
        QVERIFY(m_purged[0].storedBefore > 0);
    }

    void aThresholdIsTriedAndChosen()
    {
        QVERIFY(tells(u"0 of 8 would have been answered from the cache"_s));
        QVERIFY(!button(u"Use it"_s)->isEnabled()); // it holds already
        auto *field = m_panel->findChild<QAbstractSpinBox *>();
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, u"0.91"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(tells(u"4 of 8 would have been answered from the cache"_s));
        QSignalSpy chosen(m_panel.get(), &CachePanel::thresholdChosen);
        button(u"Use it"_s)->click();
        QCOMPARE(chosen.value(0).value(0).toDouble(), 0.91);
    }

    void saysHowNearMissesAreTurnedOn()
    {
        m_panel->setRouter(u"plain"_s);
        QVERIFY(tells(u"Near questions are not looked up"_s));
        QSignalSpy wanted(m_panel.get(), &CachePanel::policiesWanted);
        button(u"Open Policies"_s)->click();
        QCOMPARE(wanted.count(), 1);
        m_source = sample::noPolicies();
        begin(kText);
        QVERIFY(tells(u"No near misses yet"_s));
        begin(kText + "traces: {bodies: metadata}\n");
        QVERIFY(tells(u"Near misses are not kept"_s));
    }

    void nothingThereIsNothingToPurge()
    {
        m_source = sample::noPolicies();
        begin(kText);
        QTRY_VERIFY(tells(u"No router in force keeps answers."_s));
        QVERIFY(!button(u"Purge"_s)->isEnabled());
        QVERIFY(tells(u"no request looked here yet"_s));
    }

    void theModelKeepsItsLaws()
    {
        NearMissModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setMisses(m_source.nearMisses());
        model.setThreshold(0.9);
        QCOMPARE(model.wouldHit(), 5);
        QCOMPARE(model.index(0, NearMissModel::Similarity).data().toString(), u"0.948"_s);
        model.setMisses({});
        QCOMPARE(model.rowCount(), 0);
    }

private:
    void begin(const std::string &text)
    {
        m_session = std::make_unique<Session>(SessionActions{
            [text] { return text; }, [](const std::string &draft) { return config::load(draft, knownNames()); },
            [](const std::string &) { return Result<void>(); }});
        m_panel = std::make_unique<CachePanel>(m_theme, m_source, *m_session);
        m_panel->setRouter(u"guarded"_s);
        m_panel->resize(800, 700);
        m_panel->show();
    }
    bool tells(const QString &text)
    {
        for (const QLabel *label : m_panel->findChildren<QLabel *>()) {
            if (label->isVisible() && label->text().contains(text))
                return true;
        }
        return false;
    }
    QPushButton *button(const QString &text)
    {
        for (QPushButton *each : m_panel->findChildren<QPushButton *>()) {
            if (each->isVisible() && each->text() == text)
                return each;
        }
        return nullptr;
    }
    QComboBox *box(const QString &name)
    {
        for (QComboBox *each : m_panel->findChildren<QComboBox *>()) {
            if (sample::spokenName(each) == name)
                return each;
        }
        return nullptr;
    }

    Theme m_theme;
    PolicySource m_source;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<CachePanel> m_panel;
    std::vector<policy::CachePurge> m_purged;
};

QTEST_MAIN(TestCachePanel)
#include "tst_cache_panel.moc"
