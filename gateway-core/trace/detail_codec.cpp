// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/detail_codec.h"

#include "base/json.h"

#include <algorithm>
#include <array>

namespace pm::trace {

namespace {

using json::Element;
using json::Writer;

/// The numbers of an attempt in the order in which they are kept. Added ones go to the end.
template <typename AttemptRef>
auto numbersOf(AttemptRef &attempt)
{
    return std::array{&attempt.startedUs, &attempt.dnsUs,          &attempt.connectUs,
                      &attempt.tlsUs,     &attempt.sentUs,         &attempt.firstByteUs,
                      &attempt.totalUs,   &attempt.firstContentUs, &attempt.bytesReceived};
}

template <typename AttemptRef>
auto textsOf(AttemptRef &attempt)
{
    return std::array{&attempt.provider,  &attempt.model,        &attempt.url,    &attempt.dialect,
                      &attempt.errorKind, &attempt.errorMessage, &attempt.outcome};
}

auto textsOf(const Verdict &verdict)
{
    return std::array{&verdict.policy, &verdict.name, &verdict.word, &verdict.text};
}

void writeAttempt(Writer &out, const Attempt &attempt)
{
    out.beginObject();
    out.key("text");
    out.beginArray();
    for (const std::string *text : textsOf(attempt))
        out.string(*text);
    out.endArray();
    out.key("us");
    out.beginArray();
    for (const std::int64_t *number : numbersOf(attempt))
        out.number(*number);
    out.endArray();
    out.member("reused", attempt.reusedConnection);
    out.member("status", attempt.status);
    out.endObject();
}

void writeHeaders(Writer &out, const HeaderList &headers)
{
    out.beginArray();
    for (const auto &[name, value] : headers) {
        out.string(name);
        out.string(value);
    }
    out.endArray();
}

void writeChunkTimes(Writer &out, const std::vector<std::int64_t> &times)
{
    out.beginArray();
    std::int64_t before = 0; // differences are a digit or two where the times themselves are six
    for (std::size_t i = 0; i < times.size() && i < Detail::kMaxChunkTimes; ++i) {
        out.number(times[i] - before);
        before = times[i];
    }
    out.endArray();
}

/// Calls `use` with each element of the member `name`, when it is an array.
template <typename Use>
void forEach(Element object, std::string_view name, Use use)
{
    if (const auto array = json::findArray(object, name)) {
        for (const Element element : *array)
            use(element);
    }
}

std::string textOf(Element element)
{
    std::string_view text;
    return element.get_string().get(text) ? std::string() : std::string(text);
}

std::int64_t numberOf(Element element)
{
    std::int64_t number = 0;
    return element.get_int64().get(number) ? 0 : number;
}

Attempt readAttempt(Element element)
{
    Attempt attempt;
    const auto texts = textsOf(attempt);
    std::size_t i = 0;
    forEach(element, "text", [&](Element text) {
        if (i < texts.size())
            *texts[i++] = textOf(text);
    });
    const auto numbers = numbersOf(attempt);
    i = 0;
    forEach(element, "us", [&](Element number) {
        if (i < numbers.size())
            *numbers[i++] = numberOf(number);
    });
    attempt.reusedConnection = json::findBool(element, "reused").value_or(false);
    attempt.status = static_cast<int>(json::findInt(element, "status").value_or(0));
    return attempt;
}

HeaderList readHeaders(Element array)
{
    HeaderList headers;
    json::Array items;
    if (array.get_array().get(items))
        return headers;
    std::string name;
    bool isName = true;
    for (const Element item : items) {
        if (isName)
            name = textOf(item);
        else
            headers.add(name, textOf(item));
        isName = !isName;
    }
    return headers;
}

/// Stored length and full size of each body, in turns.
std::vector<std::int64_t> readSizes(Element root)
{
    std::vector<std::int64_t> sizes;
    forEach(root, "bodies", [&](Element size) { sizes.push_back(numberOf(size)); });
    sizes.resize(8);
    return sizes;
}

} // namespace

std::string encodeDetail(const Detail &detail)
{
    Writer out;
    out.beginObject();
    out.member("route", detail.routeLine);
    out.key("plan");
    out.beginArray();
    for (const PlanEntry &entry : detail.plan) {
        out.beginObject();
        out.member("target", entry.target);
        out.member("reason", entry.reason);
        out.member("excluded", entry.excluded);
        out.endObject();
    }
    out.endArray();
    out.key("attempts");
    out.beginArray();
    for (const Attempt &attempt : detail.attempts)
        writeAttempt(out, attempt);
    out.endArray();
    out.key("losses");
    out.beginArray();
    for (const std::string &loss : detail.losses)
        out.string(loss);
    out.endArray();
    if (!detail.verdicts.empty()) {
        out.key("verdicts");
        out.beginArray();
        for (const Verdict &verdict : detail.verdicts) {
            for (const std::string *text : textsOf(verdict))
                out.string(*text);
        }
        out.endArray();
    }
    out.key("headers");
    out.beginArray();
    for (const HeaderList *headers : headersOf(detail))
        writeHeaders(out, *headers);
    out.endArray();
    out.key("bodies");
    out.beginArray();
    for (const Body *body : bodiesOf(detail)) {
        out.number(static_cast<std::int64_t>(body->bytes.size()));
        out.number(body->fullSize);
    }
    out.endArray();
    out.key("chunks");
    writeChunkTimes(out, detail.chunkTimesUs);
    out.member("prompt", detail.promptText);
    out.endObject();
    return out.take();
}

std::string joinBodies(const Detail &detail)
{
    std::string joined;
    std::size_t size = 0;
    for (const Body *body : bodiesOf(detail))
        size += static_cast<std::size_t>(body->bytes.size());
    joined.reserve(size);
    for (const Body *body : bodiesOf(detail))
        joined.append(body->bytes.constData(), static_cast<std::size_t>(body->bytes.size()));
    return joined;
}

Result<Detail> decodeDetail(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return fail(ErrorKind::Storage, "the stored details are damaged: " + document.error().message);
    const Element root = document->root();
    Detail detail;
    detail.routeLine = json::findString(root, "route").value_or("");
    forEach(root, "plan", [&](Element entry) {
        detail.plan.push_back({std::string(json::findString(entry, "target").value_or("")),
                               std::string(json::findString(entry, "reason").value_or("")),
                               json::findBool(entry, "excluded").value_or(false)});
    });
    forEach(root, "attempts", [&](Element attempt) { detail.attempts.push_back(readAttempt(attempt)); });
    forEach(root, "losses", [&](Element loss) { detail.losses.push_back(textOf(loss)); });
    std::vector<std::string> verdictTexts;
    forEach(root, "verdicts", [&](Element word) { verdictTexts.push_back(textOf(word)); });
    for (std::size_t i = 0; i + 4 <= verdictTexts.size(); i += 4)
        detail.verdicts.push_back({verdictTexts[i], verdictTexts[i + 1], verdictTexts[i + 2], verdictTexts[i + 3]});
    std::size_t next = 0;
    forEach(root, "headers", [&](Element headers) {
        if (next < 4)
            *headersOf(detail)[next++] = readHeaders(headers);
    });
    const auto sizes = readSizes(root);
    const auto bodies = bodiesOf(detail);
    for (std::size_t i = 0; i < bodies.size(); ++i)
        bodies[i]->fullSize = sizes[2 * i + 1];
    std::int64_t time = 0;
    forEach(root, "chunks", [&](Element step) { detail.chunkTimesUs.push_back(time += numberOf(step)); });
    detail.promptText = json::findString(root, "prompt").value_or("");
    return detail;
}

Result<void> splitBodies(std::string_view text, std::string_view bytes, Detail &detail)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return fail(ErrorKind::Storage, "the stored details are damaged: " + document.error().message);
    const auto sizes = readSizes(document->root());
    const auto bodies = bodiesOf(detail);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        const auto size = static_cast<std::uint64_t>(sizes[2 * i]);
        if (size > bytes.size())
            return fail(ErrorKind::Storage, "the stored bodies are shorter than their details say");
        bodies[i]->bytes = QByteArray(bytes.data(), static_cast<qsizetype>(size));
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return {};
}

Result<std::string> decodePrompt(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document)
        return fail(ErrorKind::Storage, "the stored details are damaged: " + document.error().message);
    return std::string(json::findString(document->root(), "prompt").value_or(""));
}

} // namespace pm::trace
