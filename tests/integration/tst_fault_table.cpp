// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault of a provider, to a client of every format, over real sockets: laws that hold in each case, and
// resources/help/faults.md, which is what came out. To renew the page: PM_UPDATE_GOLDENS=1 tst_fault_table;
// then read every changed line.
#include "support/fault_run.h"
#include "support/fault_wire.h"
#include "support/faults_page.h"
#include "support/places.h"
#include "support/qt_text.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <array>

using namespace pm;
using namespace pm::test;

namespace {

/// A law: what is wrong with a case, or empty.
using Law = std::string (*)(const Cell &);

bool reachesServer(const Cell &cell)
{
    return cell.fault->place == Place::Server;
}

std::string noCaseHangs(const Cell &cell)
{
    if (cell.reply.status == 0)
        return "no answer at all: " + cell.reply.failure;
    return cell.took < std::chrono::seconds(60) ? "" : "took " + std::to_string(cell.took.count()) + " ms";
}

std::string brokenIsNeverClean(const Cell &cell)
{
    if (cell.seen.isAnswer == cell.seen.isBroken)
        return "neither an answer nor visibly broken";
    if (cell.owed() == Owed::VisibleBreak && cell.seen.isAnswer)
        return "looks complete";
    return cell.seen.isBroken && cell.seen.error.empty() ? "no error that the format's clients can read" : "";
}

std::string nextTargetAnswersUnseen(const Cell &cell)
{
    if (cell.owed() != Owed::NextTarget || !cell.hasSecond)
        return {};
    if (cell.reply.status != 200 || !cell.seen.isAnswer)
        return "no clean answer";
    if (cell.seen.text != kSecondWord)
        return "said \"" + cell.seen.text + "\"";
    if (cell.reply.body.find(kFirstWord) != std::string::npos)
        return "has something of the target that failed";
    return cell.secondAsked == 1
               ? ""
               : "the second target was asked " + std::to_string(cell.secondAsked) + " times";
}

std::string nothingIsSentTwiceAfterContent(const Cell &cell)
{
    if (cell.owed() != Owed::VisibleBreak)
        return {};
    if (cell.firstAsked != 1 || cell.secondAsked != 0)
        return "asked " + std::to_string(cell.firstAsked) + " and " + std::to_string(cell.secondAsked) +
               " times";
    return cell.seen.text == kFirstWord
               ? ""
               : "what came before the break did not arrive once: \"" + cell.seen.text + "\"";
}

std::string clientsErrorGoesNowhereElse(const Cell &cell)
{
    if (cell.owed() != Owed::ClientsError)
        return {};
    if (cell.firstAsked != 1 || cell.secondAsked != 0)
        return "asked " + std::to_string(cell.firstAsked) + " and " + std::to_string(cell.secondAsked) +
               " times";
    return cell.reply.status == std::stoi(std::string(cell.fault->name))
               ? ""
               : "another status than the provider's";
}

std::string failureHasItsStatus(const Cell &cell)
{
    if (cell.owed() != Owed::NextTarget || cell.hasSecond)
        return {};
    if (cell.reply.status < 400)
        return "status " + std::to_string(cell.reply.status);
    if (cell.seen.isCut)
        return "the error's body is cut";
    // The provider refuses our key, not the client's: no SDK may tell its user to look at his own.
    return cell.reply.status == 401 || cell.reply.status == 403
               ? "the provider's " + std::to_string(cell.reply.status)
               : "";
}

std::string spentTriesAreNotRepeated(const Cell &cell)
{
    const bool isSpent = cell.reply.status >= 400 && cell.record.head.attempts > 1;
    return !isSpent || cell.reply.headers.value("x-should-retry") == "false" ? ""
                                                                             : "no x-should-retry: false";
}

std::string retryAfterPassesOn(const Cell &cell)
{
    const std::size_t at = cell.fault->name.find("retry-after: ");
    if (at == std::string_view::npos || cell.hasSecond)
        return {};
    const std::string seconds(cell.fault->name.substr(at + 13));
    const std::string told(cell.reply.headers.value("retry-after"));
    return told == seconds ? "" : "retry-after \"" + told + "\"";
}

/// What the first target counted before it failed: Anthropic counts the prompt at the stream's start.
std::int64_t tokensOfFailed(const Cell &cell)
{
    constexpr std::array kCounted = {"slow first token", "cut before content", "reset before content",
                                     "oversize event"};
    const bool isCounted = std::find(kCounted.begin(), kCounted.end(), cell.fault->name) != kCounted.end();
    return isCounted && cell.hasSecond && cell.upstream == DialectId::AnthropicMessages ? 11 : 0;
}

std::string answersArePaidOnce(const Cell &cell)
{
    const trace::Head &head = cell.record.head;
    if (!cell.seen.isAnswer)
        return head.costMicroUsd == 0 ? "an unknown cost is counted as 0" : "";
    if (!head.usage.isKnown() || !head.costMicroUsd)
        return "the cost of an answer is not known";
    // 1000 dollars a million: 1000 micro-dollars a token.
    const std::int64_t tokens = head.usage.totalInput().value_or(0) + head.usage.output.value_or(0);
    return *head.costMicroUsd == (tokens + tokensOfFailed(cell)) * 1000
               ? ""
               : "costs " + std::to_string(*head.costMicroUsd);
}

std::string traceSaysWhatHappened(const Cell &cell)
{
    const trace::Record &record = cell.record;
    if (record.head.id.empty())
        return "no trace";
    const auto expected = cell.seen.isAnswer ? trace::State::Done : trace::State::Failed;
    if (record.head.state != expected)
        return "the trace says " + std::string(trace::stateName(record.head.state));
    if (record.head.status != cell.reply.status)
        return "the trace has status " + std::to_string(record.head.status);
    if (record.head.errorKind.empty() == cell.seen.isBroken)
        return "errorKind \"" + record.head.errorKind + "\"";
    const int attempts = int(record.detail.attempts.size());
    if (attempts != record.head.attempts)
        return std::to_string(record.head.attempts) + " attempts, " + std::to_string(attempts) + " rows";
    const int sent = cell.firstAsked + cell.secondAsked;
    return !reachesServer(cell) || sent == attempts
               ? ""
               : std::to_string(sent) + " requests, " + std::to_string(attempts) + " attempts in the trace";
}

std::string announcedRetriesAreMade(const Cell &cell)
{
    const auto &attempts = cell.record.detail.attempts;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const bool isAnnounced = attempts[i].outcome.starts_with("retry in");
        if (isAnnounced && (i + 1 == attempts.size() || attempts[i + 1].provider != attempts[i].provider))
            return "\"" + attempts[i].outcome + "\", and then it is not made";
    }
    return {};
}

/// Of what the gateway writes itself. What passes through unchanged keeps the provider's own flaws.
std::string streamsKeepToTheProtocol(const Cell &cell)
{
    const bool isTranslated = cell.client != cell.upstream;
    return cell.stream && cell.reply.status == 200 && isTranslated ? cell.seen.breach : "";
}

const std::vector<std::pair<const char *, Law>> kLaws = {
    {"no case hangs", noCaseHangs},
    {"what broke never looks complete, and names its error", brokenIsNeverClean},
    {"before content the next target answers, and the client sees one clean answer", nextTargetAnswersUnseen},
    {"nothing is sent again once content has reached the client", nothingIsSentTwiceAfterContent},
    {"a client's error is not tried elsewhere", clientsErrorGoesNowhereElse},
    {"a failure has the status of one, and never that of the client's key", failureHasItsStatus},
    {"spent tries are not to be repeated", spentTriesAreNotRepeated},
    {"retry-after passes on", retryAfterPassesOn},
    {"an answer is paid once, and unknown is not zero", answersArePaidOnce},
    {"the trace says what happened", traceSaysWhatHappened},
    {"a retry that is announced is made", announcedRetriesAreMade},
    {"what the gateway writes keeps to the format's protocol", streamsKeepToTheProtocol},
};

} // namespace

class TestFaultTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        std::string problem;
        m_cells = runFaults(problem);
        QVERIFY2(problem.empty(), problem.c_str());
        QVERIFY(m_cells.size() > 700);
    }

    void law_data()
    {
        QTest::addColumn<int>("number");
        for (std::size_t i = 0; i < kLaws.size(); ++i)
            QTest::newRow(kLaws[i].first) << int(i);
    }
    void law()
    {
        QFETCH(int, number);
        std::string offences;
        for (const Cell &cell : m_cells) {
            if (const std::string offence = kLaws[std::size_t(number)].second(cell); !offence.empty())
                offences += "\n" + cell.label() + ": " + offence;
        }
        QVERIFY2(offences.empty(), offences.c_str());
    }

    void pageIsCurrent()
    {
        QFile file(inSources(QStringLiteral("/resources/help/faults.md")));
        const QString page = q(faultsPage(m_cells));
        if (qEnvironmentVariableIsSet("PM_UPDATE_GOLDENS")) {
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(page.toUtf8());
            return;
        }
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList kept = QString::fromUtf8(file.readAll()).split(u'\n');
        const QStringList made = page.split(u'\n');
        for (qsizetype i = 0; i < std::min(kept.size(), made.size()); ++i)
            QCOMPARE(kept[i], made[i]);
        QCOMPARE(kept.size(), made.size());
    }

private:
    std::vector<Cell> m_cells;
};

QTEST_GUILESS_MAIN(TestFaultTable)
#include "tst_fault_table.moc"
