// SPDX-License-Identifier: GPL-3.0-or-later
// What the checks find, against a labelled corpus, and what the configuration may ask of them.
#include "guard_world.h"
#include "support/places.h"

#include <QFile>
#include <QTest>

#include <map>
#include <sstream>

using namespace pm;
using namespace pm::policy;
using namespace pm::policy::test;
using pm::test::q;

namespace {

struct Line
{
    std::map<std::string, int> wanted;
    std::string text;
};

std::vector<Line> corpus()
{
    QFile file(pm::test::inTests(QStringLiteral("/unit/policy/corpus/finds.txt")));
    std::vector<Line> lines;
    if (!file.open(QIODevice::ReadOnly))
        return lines;
    std::istringstream all(file.readAll().toStdString());
    for (std::string each; std::getline(all, each);) {
        const auto tab = each.find('\t');
        Line line;
        std::istringstream labels(each.substr(0, tab));
        for (std::string label; labels >> label;) {
            if (label != "-")
                ++line.wanted[label];
        }
        for (std::size_t i = tab + 1; i < each.size(); ++i) {
            const bool isBreak = each[i] == '\\' && i + 1 < each.size() && each[i + 1] == 'n';
            line.text += isBreak ? '\n' : each[i];
            i += isBreak ? 1 : 0;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::unique_ptr<const TextCheck>> finders()
{
    std::vector<std::unique_ptr<const TextCheck>> all;
    for (const char *name : {"pii", "secrets", "injection"})
        all.push_back(findCheck(name)->makeText(rule(name)));
    return all;
}

struct Score
{
    int right = 0, wrong = 0, missed = 0;
    double precision() const { return right + wrong == 0 ? 0 : double(right) / (right + wrong); }
    double recall() const { return right + missed == 0 ? 0 : double(right) / (right + missed); }
};

} // namespace

class TestChecks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCorpusIsFound()
    {
        const auto lines = corpus();
        QVERIFY(lines.size() > 300);
        const auto checks = finders();
        std::map<std::string, Score> scores;
        for (const Line &line : lines) {
            std::map<std::string, int> found;
            for (const auto &check : checks) {
                std::vector<Find> finds;
                check->find(line.text, 0, finds);
                for (const Find &find : finds)
                    ++found[std::string(find.kind)];
            }
            for (const auto &[kind, count] : line.wanted) {
                scores[kind].right += std::min(count, found[kind]);
                scores[kind].missed += std::max(0, count - found[kind]);
            }
            for (const auto &[kind, count] : found) {
                const auto wanted = line.wanted.find(kind);
                const int extra = count - (wanted == line.wanted.end() ? 0 : wanted->second);
                scores[kind].wrong += std::max(0, extra);
                if (extra > 0)
                    qInfo("not a %s: %s", kind.c_str(), line.text.c_str());
            }
        }
        for (const auto &[kind, score] : scores) {
            qInfo("%-12s %3d found, precision %.3f, recall %.3f", kind.c_str(), score.right, score.precision(), score.recall());
            QVERIFY2(score.precision() == 1 && score.recall() == 1, kind.c_str()); // of these texts; each was added since it matters
        }
    }

    void addressesMayFollowEachOther()
    {
        std::vector<Find> finds;
        finders()[0]->find("a@b.com+c@d.org", 0, finds);
        QCOMPARE(finds, (std::vector<Find>{{0, 7, "EMAIL"}, {8, 15, "EMAIL"}}));
    }

    void aPrivateKeyWhoseEndIsFarIsTakenAsOneWithoutAnEnd()
    {
        const std::string text = "-----BEGIN PRIVATE KEY-----\n" + std::string(2 * kMostOpen, 'A') + "\n-----END PRIVATE KEY-----";
        std::vector<Find> finds;
        finders()[1]->find(text, 0, finds);
        QVERIFY(!finds.empty());
        QCOMPARE(finds.front().begin, std::size_t(0));
        QCOMPARE(finds.front().end, kMostOpen);
    }

    void whatIsOpenIsOpenEnough()
    {
        // Whatever begins before the open end of a piece is found in the piece as in the whole.
        const auto checks = finders();
        for (const Line &line : corpus()) {
            const std::string text = "so: " + line.text + " and on";
            for (std::size_t index = 0; index < 2; ++index) {
                std::vector<Find> whole;
                checks[index]->find(text, 0, whole);
                for (std::size_t at = 0; at <= text.size(); ++at) {
                    const std::string_view piece = std::string_view(text).substr(0, at);
                    const std::size_t open = checks[index]->openFrom(piece, 0);
                    std::vector<Find> finds;
                    checks[index]->find(piece, 0, finds);
                    std::erase_if(finds, [&](const Find &find) { return find.begin >= open; });
                    std::vector<Find> settled = whole;
                    std::erase_if(settled, [&](const Find &find) { return find.begin >= open; });
                    QVERIFY2(finds == settled, qPrintable(QStringLiteral("%1 | cut at %2").arg(q(text)).arg(at)));
                }
            }
        }
    }

    void settings_data()
    {
        QTest::addColumn<QString>("check");
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("problem"); // key: beginning of the message; empty: none
        QTest::newRow("pii") << q("pii") << QString() << QString();
        QTest::newRow("unknown check") << q("pi") << QString() << q("check: unknown check 'pi'");
        QTest::newRow("unknown entity") << q("pii") << q("entity") << q("entities: unknown entity 'shoe'");
        QTest::newRow("entities of a check without") << q("injection") << q("entity") << q("entities: injection has no entities");
        QTest::newRow("patterns are missing") << q("patterns") << QString() << q(": patterns needs patterns");
        QTest::newRow("patterns of another") << q("secrets") << q("pattern") << q("patterns: secrets has no patterns");
        QTest::newRow("a pattern that is none") << q("patterns") << q("bad pattern") << q("patterns: not a regular expression");
        QTest::newRow("a pattern of nothing") << q("patterns") << q("empty pattern") << q("patterns: a pattern that matches nothing");
        QTest::newRow("limit is missing") << q("max-tools") << QString() << q(": max-tools needs limit");
        QTest::newRow("models are missing") << q("models") << QString() << q(": models needs models");
        QTest::newRow("schema on requests") << q("schema") << q("request") << q("side: schema looks at the answer alone");
        QTest::newRow("a schema that is none") << q("schema") << q("bad schema") << q("schema: the schema is not valid JSON");
        QTest::newRow("a schema with a pattern") << q("schema") << q("pattern schema") << q("schema: pattern in a schema");
        QTest::newRow("injection in answers") << q("injection") << q("answer") << q("side: injection looks at the request alone");
        QTest::newRow("flag and redact") << q("pii") << q("flag redact") << q("action: mode flag only notes");
        QTest::newRow("replace in answers") << q("pii") << q("answer replace") << q("action: in an answer nothing");
        QTest::newRow("redact a model") << q("models") << q("models redact") << q("action: models finds nothing");
    }
    void settings()
    {
        QFETCH(QString, check);
        QFETCH(QString, change);
        QFETCH(QString, problem);
        Guardrail guardrail = rule(check.toStdString());
        if (change == q("entity"))
            guardrail.entities = {"shoe"};
        if (change.contains(q("pattern")) && !change.contains(q("schema")))
            guardrail.patterns = {change == q("bad pattern") ? "(" : change == q("empty pattern") ? "x*" : "x"};
        if (change.contains(q("schema")))
            guardrail.schema = change == q("bad schema") ? "{" : pm::test::json("{'properties':{'a':{'pattern':'x'}}}");
        if (change == q("request")) {
            guardrail.schema = "{}";
            guardrail.side = Side::Request;
        }
        if (change.startsWith(q("answer")))
            guardrail.side = Side::Answer;
        if (change.endsWith(q("replace")))
            guardrail.action = Action::Replace;
        if (change.endsWith(q("redact")))
            guardrail.action = Action::Redact;
        if (change.startsWith(q("flag")))
            guardrail.mode = Mode::Flag;
        if (change.startsWith(q("models")))
            guardrail.models = {"m"};
        const auto found = problemOf(guardrail);
        const QString told = found ? q(found->key + ": " + found->message) : QString();
        QVERIFY2(problem.isEmpty() ? told.isEmpty() : told.startsWith(problem), qPrintable(told));
    }

    void wholes_data()
    {
        QTest::addColumn<QString>("check");
        QTest::addColumn<QString>("problem");
        QTest::newRow("max-size") << q("max-size") << q("101 bytes, 100 are allowed");
        QTest::newRow("max-characters") << q("max-characters") << q("102 characters, 100 are allowed");
        QTest::newRow("max-tokens") << q("max-tokens") << q("103 tokens, 100 are allowed");
        QTest::newRow("max-tools") << q("max-tools") << QString();
        QTest::newRow("models, a prefix") << q("models") << QString();
        QTest::newRow("tools, one is not allowed") << q("tools") << q("the tool \"rm\" is not among those that are allowed");
        QTest::newRow("allow") << q("allow") << QString();
    }
    void wholes()
    {
        QFETCH(QString, check);
        QFETCH(QString, problem);
        Guardrail guardrail = rule(check.toStdString());
        guardrail.limit = 100;
        guardrail.models = {"gpt-5*"};
        guardrail.tools = {"read_*"};
        guardrail.patterns = {"(?i)ticket"};
        Said said;
        said.bytes = 101;
        said.characters = 102;
        said.tokens = 103;
        said.tools = 2;
        said.toolNames = {"read_file", "rm"};
        said.model = "openai/gpt-5-mini";
        said.text = "About Ticket 7";
        const auto whole = findCheck(check.toStdString())->makeWhole(guardrail);
        QCOMPARE(q(whole->problem(said).value_or("")), problem);
    }
};

QTEST_GUILESS_MAIN(TestChecks)
#include "tst_checks.moc"
