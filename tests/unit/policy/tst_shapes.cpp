// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes written by hand find what their regular expressions find, in texts made of what such numbers are made of.
#include "policy/shapes.h"

#include "policy/pattern_finder.h"

#include <QTest>

#include <re2/re2.h>

#include <algorithm>
#include <random>

using namespace pm::policy;

namespace {

struct Row
{
    const char *name;
    std::size_t (*shape)(std::string_view, std::size_t);
    const char *pattern;
    std::string_view letters;          ///< what texts are made of
    std::vector<std::string_view> parts; ///< and what is strewn in
};

const std::vector<Row> kRows{
    {"iban", ibanShape, R"re(\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30})re", "AB19 _-a", {"DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"}},
    {"card", cardShape, R"re([0-9](?:[ -]?[0-9]){12,18})re", "0149 -.", {"4111 1111 1111 1111", "4111111111111111"}},
    {"ssn", ssnShape, R"re([0-9]{3}(?:-[0-9]{2}-| [0-9]{2} )[0-9]{4})re", "012 -", {"123-45-6789", "123 45 6789", "123-45 6789"}},
    {"ipv4", ipv4Shape, R"re([0-9]{1,3}(?:\.[0-9]{1,3}){3})re", "0125.-", {"8.8.8.8", "1234.1.1.1", "1.2.3.4567"}},
    {"ipv6", ipv6Shape, R"re([0-9A-Fa-f:]{2,39}(?:%[a-z0-9]{1,32})?)re", "0aF:%gz", {"2001:db8::1", "fe80::1%eth0"}},
    {"international", internationalShape, R"re(\+[0-9]{1,3}[ .\-/]?(?:\(0?[0-9]{0,4}\)[ .\-/]?)?[0-9]{1,5}(?:[ .\-/]?[0-9]{2,8}){1,5})re",
     "0123+ ().-/", {"+49 (0)30 1234-567", "+14155552671", "+4(12345)1 23"}},
    {"american", americanShape, R"re((?:\([0-9]{3}\)[ ]?|[0-9]{3}[ .\-])[0-9]{3}[ .\-][0-9]{4})re", "0124 ().-", {"(415) 555-2671", "415.555.2671"}},
    {"national", nationalShape, R"re(\(?0[0-9]{1,4}\)?(?:[ /\-][0-9]{2,8}){1,5})re", "012 ()/-", {"(030) 123456", "0151 23456789"}},
    {"email", emailShape, R"re([A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})re", "ab1.@-_+ ",
     {"a.b@mail.example.co.uk", "x@y.z", "@example.com", "a@1.2.3.4.5.6.7.8.9.de"}},
    {"token", tokenShape, R"re([A-Za-z0-9][A-Za-z0-9_+/\-]{22,198}[A-Za-z0-9]={0,2})re", "aB1_+/-=.", {"abcdefghijklmnopqrstuvwx==", "----------", "a1B2"}},
};

std::vector<Find> byShape(const Row &row, std::string_view text)
{
    std::vector<Find> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = row.shape(text, at);
        if (end > at)
            found.push_back({at, end, row.name});
        at = std::max(end, at + 1);
    }
    return found;
}

std::string made(const Row &row, std::mt19937 &random)
{
    const auto below = [&](std::size_t n) { return std::size_t(random() % n); };
    std::string text;
    for (std::size_t piece = below(12); piece > 0; --piece) {
        if (below(4) == 0) {
            text += row.parts[below(row.parts.size())];
            continue;
        }
        for (std::size_t n = below(16); n > 0; --n)
            text += row.letters[below(row.letters.size())];
        text.append(below(3) == 0 ? below(90) : 0, row.letters[0]); // long runs
    }
    return text;
}

} // namespace

class TestShapes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void areTheirExpressions_data()
    {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < kRows.size(); ++i)
            QTest::newRow(kRows[i].name) << int(i);
    }
    void areTheirExpressions()
    {
        QFETCH(int, row);
        const Row &shape = kRows[std::size_t(row)];
        const auto pattern = compilePattern(shape.pattern);
        QVERIFY(pattern->ok());
        std::mt19937 random(1);
        std::size_t all = 0;
        for (int round = 0; round < 3000; ++round) {
            const std::string text = made(shape, random);
            std::vector<Find> wanted;
            findAll(*pattern, text, 0, shape.name, nullptr, wanted);
            const auto found = byShape(shape, text);
            all += wanted.size();
            QVERIFY2(found == wanted, text.c_str());
        }
        QVERIFY2(all > 1000, "texts without what is looked for show nothing");
    }

    void nothingIsReadBeyondTheEnd()
    {
        for (const Row &row : kRows) {
            for (const std::string_view part : row.parts) {
                for (std::size_t size = 0; size <= part.size(); ++size) {
                    const std::vector<char> exact(part.begin(), part.begin() + std::ptrdiff_t(size)); // for the address sanitizer
                    for (std::size_t at = 0; at <= size; ++at) {
                        const std::size_t end = row.shape({exact.data(), size}, at);
                        QVERIFY(end >= at && end <= std::max(at, size));
                    }
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestShapes)
#include "tst_shapes.moc"
