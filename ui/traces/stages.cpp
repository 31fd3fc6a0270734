// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/stages.h"

#include "format.h"
#include "gateway.h"
#include "line_changes.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

enum Point { First, Understood, Last };

QString tr(const char *text)
{
    return QCoreApplication::translate("pm::ui::stages", text);
}

void describe(Stage &stage, const std::string &format, const trace::Body &body)
{
    const QString size = bytesText(std::max<std::int64_t>(body.fullSize, body.bytes.size()));
    stage.format = fromUtf8(format);
    stage.about = format.empty() ? size : stage.format + u" · "_s + size;
}

QString notKept()
{
    return tr("Empty, or bodies are not kept (traces.bodies).");
}

Stage understoodStage(const pm::Understood &understood)
{
    Stage stage;
    stage.body = bodyText(understood.json);
    if (!understood.format.empty())
        stage.about = tr("read from %1").arg(fromUtf8(understood.format));
    const QString problem = fromUtf8(understood.problem);
    if (understood.json.empty())
        stage.empty = problem.isEmpty() ? notKept() : tr("Not read: %1.").arg(problem);
    else if (!problem.isEmpty())
        stage.note = tr("Not the whole: %1.").arg(problem);
    return stage;
}

/// Losses with their lines, and the marks that they make on the first stage.
void placeLosses(const trace::Record &record, BodyStages &out)
{
    const std::vector<PlacedLoss> losses = placedLosses(record);
    std::vector<qsizetype> offsets;
    for (const PlacedLoss &loss : losses) {
        for (const LossPlace &place : loss.places)
            offsets.push_back(qsizetype(place.offset));
    }
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    std::vector<int> lines;
    BodyText &body = out.stages[First].body;
    body = bodyText(record.detail.requestBody, record.detail.requestHeaders, offsets, &lines);
    for (const PlacedLoss &loss : losses) {
        LostField field{fromUtf8(loss.text), {}};
        for (const LossPlace &place : loss.places) {
            const auto at = std::lower_bound(offsets.begin(), offsets.end(), qsizetype(place.offset));
            const int line = lines[std::size_t(at - offsets.begin())];
            if (line < 0)
                continue;
            field.lines.push_back(line);
            body.marks.push_back({line, LineMark::Kind::Lost,
                                  tr("Not carried over to %1: %2").arg(out.target, field.name)});
        }
        out.losses.push_back(std::move(field));
    }
}

/// Between bodies of one format: what the gateway wrote otherwise.
void markChanges(BodyText &asked, BodyText &sent)
{
    const QByteArray before = asked.text.toUtf8();
    const QByteArray after = sent.text.toUtf8();
    const auto view = [](const QByteArray &text) {
        return std::string_view(text.constData(), std::size_t(text.size()));
    };
    const LineChanges changes = lineChanges(view(before), view(after));
    for (const int line : changes.removed)
        asked.marks.push_back({line, LineMark::Kind::Changed, tr("Not sent as it stands here")});
    for (const int line : changes.added)
        sent.marks.push_back({line, LineMark::Kind::Changed, tr("Written by the gateway")});
}

void sortMarks(BodyText &body)
{
    std::stable_sort(body.marks.begin(), body.marks.end(),
                     [](const LineMark &a, const LineMark &b) { return a.line < b.line; });
}

QString targetOf(const trace::Attempt &attempt)
{
    return fromUtf8(attempt.model.empty() ? attempt.provider : attempt.provider + '/' + attempt.model);
}

Stage sentStage(const trace::Record &record)
{
    const trace::Detail &detail = record.detail;
    Stage stage;
    if (detail.attempts.empty()) {
        stage.empty = tr("Nothing was sent on: the gateway answered this request itself.");
        return stage;
    }
    const trace::Attempt &attempt = detail.attempts.back();
    const bool isChanged = !detail.upstreamRequestBody.bytes.isEmpty();
    describe(stage, attempt.dialect, isChanged ? detail.upstreamRequestBody : detail.requestBody);
    stage.about += u" · "_s + tr("to %1").arg(targetOf(attempt));
    if (isChanged)
        stage.body = bodyText(detail.upstreamRequestBody, detail.upstreamRequestHeaders);
    else if (detail.upstreamRequestBody.fullSize > 0 || detail.requestBody.bytes.isEmpty())
        stage.empty = notKept();
    else
        stage.empty = tr("Sent on as it came: %1 speaks the client's format, and no byte was changed.")
                          .arg(fromUtf8(attempt.provider));
    if (detail.attempts.size() > 1)
        stage.note =
            tr("The last of %1 attempts. What earlier ones were sent is not kept.").arg(detail.attempts.size());
    return stage;
}

Stage answeredStage(const trace::Record &record)
{
    const trace::Detail &detail = record.detail;
    Stage stage;
    const bool isPassedOn = detail.responseBody.bytes.isEmpty();
    if (isPassedOn) {
        stage.format = fromUtf8(record.head.clientDialect);
        stage.empty = detail.upstreamResponseBody.bytes.isEmpty() ? notKept()
                      : isBinaryStream(detail.upstreamResponseBody) && record.head.endpoint != "pass-through"
                          ? tr("The events were passed on as they came, taken out of their binary messages.")
                          : tr("Passed on as it came: client and provider speak the same format.");
        return stage;
    }
    stage.body = bodyText(detail.responseBody, detail.responseHeaders);
    describe(stage, record.head.clientDialect, detail.responseBody);
    if (isSameFormat(record) && record.head.stream && !detail.upstreamResponseBody.bytes.isEmpty())
        stage.note = tr("The answer was passed on as it came until it broke; then the gateway wrote this end.");
    return stage;
}

} // namespace

bool isSameFormat(const trace::Record &record)
{
    return !record.detail.attempts.empty() &&
           record.detail.attempts.back().dialect == record.head.clientDialect;
}

BodyStages requestStages(const trace::Record &record)
{
    BodyStages out;
    out.target = fromUtf8(record.head.provider);
    placeLosses(record, out);
    Stage &asked = out.stages[First];
    if (asked.body.text.isEmpty())
        asked.empty = notKept();
    else
        describe(asked, record.head.clientDialect, record.detail.requestBody);
    out.stages[Understood] = understoodStage(understoodRequest(record));
    out.stages[Last] = sentStage(record);
    BodyText &sent = out.stages[Last].body;
    if (isSameFormat(record) && !sent.text.isEmpty())
        markChanges(asked.body, sent);
    sortMarks(asked.body);
    return out;
}

BodyStages answerStages(const trace::Record &record)
{
    BodyStages out;
    const trace::Detail &detail = record.detail;
    const pm::Understood understood = understoodAnswer(record);
    Stage &received = out.stages[First];
    received.body = bodyText(detail.upstreamResponseBody, detail.upstreamResponseHeaders);
    if (!received.body.text.isEmpty()) {
        const std::string format = detail.attempts.empty() ? std::string() : detail.attempts.back().dialect;
        describe(received, format, detail.upstreamResponseBody);
        if (isBinaryStream(detail.upstreamResponseBody))
            received.note = tr("Binary messages, shown as text.");
    } else if (!record.head.errorKind.empty()) {
        received.empty =
            detail.attempts.empty()
                ? tr("Nothing was asked of a provider.")
                : tr("Answers of failed attempts are not kept; what they said is under Understood.");
    } else {
        received.empty = notKept();
    }
    out.stages[Understood] = understoodStage(understood);
    out.stages[Last] = answeredStage(record);
    return out;
}

} // namespace pm::ui
