// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/dialect.h"
#include "support/chat_facts.h"
#include "support/feature_probes.h"
#include "support/places.h"
#include "support/qt_text.h"
#include "support/random_chat.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <cctype>

// Conversations made at random, the same on every run: what a format can say it says again after having been written and
// read, and what it cannot it refuses or names.
using namespace pm;
using pm::test::q;

namespace {

constexpr std::uint64_t kConversations = 400;

/// What was said, in order. Words side by side are one, and white space does not count: formats join texts.
std::vector<std::string> saidIn(const ChatRequest &request)
{
    ChatRequest turns;
    turns.messages = request.messages;
    std::vector<std::string> said;
    std::string last;
    for (const test::Fact &fact : test::factsOf(turns)) {
        std::string words = fact.value;
        std::erase_if(words, [](unsigned char c) { return std::isspace(c); });
        if (fact.what == last && fact.kind == test::Fact::Kind::Words)
            said.back() += words;
        else
            said.push_back(fact.what + ": " + words);
        last = fact.what;
    }
    return said;
}

/// The written request, read again; what the path says is taken from the one asked.
Result<ChatRequest> readAgain(const Dialect &format, const std::string &bytes, const ChatRequest &asked,
                              const TargetTraits &traits)
{
    auto read = format.readRequest(bytes);
    if (read && format.path(Operation::Chat, traits, true) != format.path(Operation::Chat, traits, false))
        read->stream = asked.stream;
    return read;
}

/// What is wrong with the way of `asked` through its own format; empty when nothing is.
std::string breach(const Dialect &format, const ChatRequest &asked)
{
    TargetTraits traits = test::modelOfToday(format.id());
    traits.developerRole = true;
    Losses losses;
    const auto first = format.writeRequest(asked, traits, losses);
    if (!first)
        return "refused: " + first.error().message;
    if (!losses.empty())
        return "lost: " + losses.front() + "\nin " + *first;
    const auto read = readAgain(format, *first, asked, traits);
    if (!read)
        return "not read: " + read.error().message + "\nin " + *first;
    const test::Facts gone = test::missing(test::factsOf(asked), test::factsOf(*read));
    const std::vector<std::string> before = saidIn(asked);
    const std::vector<std::string> after = saidIn(*read);
    const auto differ = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
    if (before != after)
        return "said " + (differ.first == before.end() ? std::string("nothing") : *differ.first) + ", read " +
               (differ.second == after.end() ? std::string("nothing") : *differ.second) + "\nin " + *first;
    if (!gone.empty())
        return "gone: " + test::shown(gone) + "\nin " + *first;
    const auto second = format.writeRequest(*read, traits, losses);
    return second && *second == *first ? "" : "written again it differs:\n" + *first + "\n" + second.value_or("refused");
}

} // namespace

class TestRoundTrip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownFormat_data();
    void ownFormat();
    void goldensAgain_data();
    void goldensAgain();
    void otherFormat_data();
    void otherFormat();
};

void TestRoundTrip::ownFormat_data()
{
    QTest::addColumn<QString>("name");
    for (const Dialect *format : dialects()) {
        if (test::isTarget(*format) && format->id() != DialectId::Cohere) // whose requests nobody reads
            QTest::newRow(std::string(format->name()).c_str()) << q(format->name());
    }
}

void TestRoundTrip::ownFormat()
{
    QFETCH(QString, name);
    const Dialect &format = *findDialect(name.toStdString());
    const test::Abilities abilities = test::abilitiesOf(format.id());
    for (std::uint64_t seed = 0; seed < kConversations; ++seed) {
        const std::string wrong = breach(format, test::randomChat(seed, abilities));
        QVERIFY2(wrong.empty(), ("conversation " + std::to_string(seed) + ": " + wrong).c_str());
    }
}

void TestRoundTrip::goldensAgain_data()
{
    ownFormat_data();
}

/// However often it is read and written, a request says the same and, from the second time on, in the same bytes: what
/// one format lacks ("off" for a model that always thinks) is the nearest thing when it is read again.
void TestRoundTrip::goldensAgain()
{
    QFETCH(QString, name);
    const Dialect &format = *findDialect(name.toStdString());
    const TargetTraits traits = test::modelOfToday(format.id());
    const QDir folder(test::inTests(QStringLiteral("/golden/")) + name + QStringLiteral("/requests"));
    int count = 0;
    for (const QFileInfo &info : folder.entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        if (info.fileName().contains(QStringLiteral(".to-")) || !file.open(QIODevice::ReadOnly))
            continue;
        const auto asked = format.readRequest(file.readAll().toStdString());
        Losses losses;
        const auto first = asked ? format.writeRequest(*asked, traits, losses) : Result<std::string>();
        if (!asked || !first)
            continue; // refusals are goldens themselves
        const auto read = readAgain(format, *first, *asked, traits);
        QVERIFY2(read, qPrintable(info.fileName()));
        const auto second = format.writeRequest(*read, traits, losses);
        QVERIFY2(second, qPrintable(info.fileName()));
        const auto settled = readAgain(format, *second, *asked, traits);
        QVERIFY2(settled, qPrintable(info.fileName()));
        const test::Facts gone = test::missing(test::factsOf(*read), test::factsOf(*settled));
        QVERIFY2(gone.empty(), qPrintable(info.fileName() + u'\n' + q(test::shown(gone))));
        const auto third = format.writeRequest(*settled, traits, losses);
        QVERIFY2(third && *third == *second, qPrintable(info.fileName() + u'\n' + q(*second)));
        ++count;
    }
    QVERIFY(count > 0);
}

void TestRoundTrip::otherFormat_data()
{
    QTest::addColumn<QString>("name");
    for (const Dialect *format : dialects()) {
        if (test::isTarget(*format))
            QTest::newRow(std::string(format->name()).c_str()) << q(format->name());
    }
}

void TestRoundTrip::otherFormat()
{
    QFETCH(QString, name);
    const Dialect &format = *findDialect(name.toStdString());
    for (std::uint64_t seed = 0; seed < kConversations; ++seed) {
        const ChatRequest asked = test::randomChat(seed, test::everything());
        const test::Verdict verdict = test::sentVerdict(asked, test::factsOf(asked), format);
        QVERIFY2(verdict.outcome != test::Outcome::Silent,
                 ("conversation " + std::to_string(seed) + " loses without a name: " + verdict.silent).c_str());
        QVERIFY2(verdict.outcome != test::Outcome::Refused, verdict.named.c_str());
    }
}

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "tst_round_trip.moc"
