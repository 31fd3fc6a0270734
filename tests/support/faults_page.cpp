// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/faults_page.h"

#include "support/fault_wire.h"
#include "support/formats_page.h"

#include <algorithm>
#include <functional>

namespace pm::test {

namespace {

using Cells = std::vector<const Cell *>;

constexpr std::string_view kHead = R"(# When a provider fails: what the client sees

Made by a test that plays each fault over real sockets to a client of each format (`tests/integration/tst_fault_table.cpp`;
`PM_UPDATE_GOLDENS=1` writes this page anew). Nothing here is written by hand. The routers have one retry after 1 ms, all
else is as it comes, but for shorter timeouts.

- Until the first content the client sees nothing of a failure, as long as another try or another target is left.
- Behind the first content nobody else is asked and nothing is sent again: the client sees that the answer broke. No
  broken stream ends like a complete one.
- The client's own error goes back to it, and nobody else is asked.

| word | meaning |
|---|---|
| asked | requests that the provider was sent; of one that cannot be reached, tries |
| clean answer | complete, in the client's format, from one target alone |
| `name`, cut off | an error event of that name, and the connection is closed before the stream's end |
| `name`, then ends | the same as the last event of a stream that ends, as the format has it |
| a broken stream, the provider's error | the same as with one target |
| text | the format's errors have no names, the text says it |
| no retry | `x-should-retry: false`: the tries are spent, a client that repeats would multiply them |
| cost | known if the provider counted: *unknown* is not zero. What failed before its first content is paid too, if it counted |
)";

std::string text(std::string_view view)
{
    return std::string(view);
}

/// What `say` says of all of `cells`; where they differ, who says what.
std::string merged(const Cells &cells, const std::function<std::string(const Cell &)> &say)
{
    std::vector<std::pair<std::string, std::string>> said; // what, by whom
    for (const Cell *cell : cells) {
        const std::string what = say(*cell);
        const std::string who = text(titleOf(dialect(cell->client)));
        const auto known =
            std::find_if(said.begin(), said.end(), [&](const auto &each) { return each.first == what; });
        if (known == said.end())
            said.emplace_back(what, who);
        else
            known->second += ", " + who;
    }
    if (said.size() == 1)
        return said.front().first;
    std::string out;
    for (const auto &[what, who] : said)
        out += (out.empty() ? "" : "; ") + what + " (" + who + ")";
    return out;
}

std::string seenOf(const Cell &cell)
{
    const Seen &seen = cell.seen;
    if (seen.isAnswer)
        return seen.text.empty() ? "clean answer, empty" : "clean answer";
    const std::string name = seen.error.empty() || seen.error == "text" ? seen.error : "`" + seen.error + "`";
    if (cell.reply.status != 200)
        return name;
    return seen.isCut ? name + (name.empty() ? "cut off" : ", cut off") : name + ", then ends";
}

std::string statusOf(const Cell &cell)
{
    std::string out = std::to_string(cell.reply.status);
    if (const auto after = cell.reply.headers.value("retry-after"); !after.empty())
        out += ", retry-after";
    if (cell.reply.headers.value("x-should-retry") == "false")
        out += ", no retry";
    return out;
}

std::string askedOf(const Cell &cell)
{
    return std::to_string(cell.fault->place == Place::Server ? cell.firstAsked
                                                             : cell.record.head.attempts - cell.secondAsked);
}

std::string secondAskedOf(const Cell &cell)
{
    return std::to_string(cell.secondAsked);
}

/// Each format's own words stand in the tables of one target.
std::string seenInShortOf(const Cell &cell)
{
    if (cell.seen.isAnswer)
        return seenOf(cell);
    return cell.reply.status == 200 ? "a broken stream" : "the provider's error";
}

std::string traceOf(const Cell &cell)
{
    const std::string kind = cell.record.head.errorKind;
    return text(trace::stateName(cell.record.head.state)) + (kind.empty() ? "" : " `" + kind + "`");
}

std::string costOf(const Cell &cell)
{
    const auto cost = cell.record.head.costMicroUsd;
    return !cost ? "unknown" : *cost == 0 ? "0" : "known";
}

Cells of(const std::vector<Cell> &cells, const Fault &fault, bool stream, bool hasSecond, bool isOwnFormat)
{
    Cells found;
    for (const Cell &cell : cells) {
        const bool isOwn = cell.upstream != DialectId::OpenAiChat;
        if (cell.fault == &fault && cell.stream == stream && cell.hasSecond == hasSecond &&
            isOwn == isOwnFormat)
            found.push_back(&cell);
    }
    return found;
}

/// The columns of `rows`, alike ones as one.
std::vector<std::vector<std::size_t>> columnsOf(const std::vector<Cells> &rows)
{
    std::vector<std::vector<std::size_t>> columns;
    for (std::size_t i = 0; !rows.empty() && i < rows.front().size(); ++i) {
        const auto isAlike = [&](const std::vector<std::size_t> &column) {
            return std::all_of(rows.begin(), rows.end(), [&](const Cells &row) {
                return seenOf(*row[column.front()]) == seenOf(*row[i]);
            });
        };
        const auto found = std::find_if(columns.begin(), columns.end(), isAlike);
        if (found == columns.end())
            columns.push_back({i});
        else
            found->push_back(i);
    }
    return columns;
}

/// One target: each format's own error.
std::string aloneTable(const std::vector<Cell> &cells, bool stream, bool isOwnFormat)
{
    std::vector<Cells> rows;
    for (const Fault &fault : faults()) {
        if (Cells row = of(cells, fault, stream, false, isOwnFormat); !row.empty())
            rows.push_back(std::move(row));
    }
    const auto columns = columnsOf(rows);
    std::string table = "| fault | asked | status |";
    std::string rule = "|---|---|---|";
    for (const std::vector<std::size_t> &column : columns) {
        for (const std::size_t i : column)
            table += (i == column.front() ? " " : ", ") + text(titleOf(dialect(rows.front()[i]->client)));
        table += " |";
        rule += "---|";
    }
    table += " trace | cost |\n" + rule + "---|---|\n";
    for (const Cells &row : rows) {
        table += "| " + text(row.front()->fault->name) + " | " + merged(row, askedOf) + " | " +
                 merged(row, statusOf) + " |";
        for (const std::vector<std::size_t> &column : columns)
            table += " " + seenOf(*row[column.front()]) + " |";
        table += " " + merged(row, traceOf) + " | " + merged(row, costOf) + " |\n";
    }
    return table;
}

/// Two targets: all formats alike, or said who is not.
std::string pairTable(const std::vector<Cell> &cells, bool stream, bool isOwnFormat)
{
    std::string table = "| fault | first asked | second asked | status | the client sees | trace | cost |\n"
                        "|---|---|---|---|---|---|---|\n";
    for (const Fault &fault : faults()) {
        const Cells row = of(cells, fault, stream, true, isOwnFormat);
        if (row.empty())
            continue;
        table += "| " + text(fault.name) + " | " + merged(row, askedOf) + " | " + merged(row, secondAskedOf) +
                 " | " + merged(row, statusOf) + " | " + merged(row, seenInShortOf) + " | " +
                 merged(row, traceOf) + " | " + merged(row, costOf) + " |\n";
    }
    return table;
}

std::string faultList()
{
    std::string list = "\n## The faults\n\n| fault | what happens |\n|---|---|\n";
    for (const Fault &fault : faults())
        list += "| " + text(fault.name) + " | " + text(fault.sense) + " |\n";
    return list;
}

} // namespace

std::string faultsPage(const std::vector<Cell> &cells)
{
    std::string page = text(kHead) + faultList();
    const auto add = [&](std::string_view title, std::string_view words, const std::string &table) {
        page += "\n## " + text(title) + "\n\n" + text(words) + "\n\n" + table;
    };
    constexpr std::string_view kAlone = "Nobody else can be asked. The provider speaks OpenAI Chat.";
    constexpr std::string_view kPair = "The second is well. Both speak OpenAI Chat.";
    add("One target, whole answers", kAlone, aloneTable(cells, false, false));
    add("One target, streams", kAlone, aloneTable(cells, true, false));
    add("Two targets, whole answers", kPair, pairTable(cells, false, false));
    add("Two targets, streams", kPair, pairTable(cells, true, false));
    add("One target, streams, the client's own format", "The provider speaks what the client speaks.",
        aloneTable(cells, true, true));
    add("Two targets, streams, the client's own format",
        "The first speaks what the client speaks, the second OpenAI Chat.", pairTable(cells, true, true));
    return page;
}

} // namespace pm::test
