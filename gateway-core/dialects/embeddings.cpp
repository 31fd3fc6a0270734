// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/embeddings.h"

#include "base/json.h"

#include <QByteArray>
#include <QtEndian>

#include <bit>
#include <cstring>

namespace pm {

namespace {

std::string toBase64(const json::Array &numbers)
{
    QByteArray bytes;
    bytes.reserve(static_cast<qsizetype>(numbers.size()) * 4);
    for (const json::Element number : numbers) {
        double value = 0;
        if (number.get_double().get(value))
            value = 0;
        const auto bits = qToLittleEndian(std::bit_cast<quint32>(static_cast<float>(value)));
        bytes.append(reinterpret_cast<const char *>(&bits), 4);
    }
    return bytes.toBase64().toStdString();
}

void writeNumbers(json::Writer &out, std::string_view base64)
{
    const QByteArray bytes =
        QByteArray::fromBase64(QByteArray::fromRawData(base64.data(), static_cast<qsizetype>(base64.size())));
    out.beginArray();
    for (qsizetype at = 0; at + 4 <= bytes.size(); at += 4) {
        quint32 bits = 0;
        std::memcpy(&bits, bytes.constData() + at, 4);
        out.number(static_cast<double>(std::bit_cast<float>(qFromLittleEndian(bits))));
    }
    out.endArray();
}

void writeItem(json::Writer &out, const json::Object &item, bool asBase64)
{
    out.beginObject();
    for (const auto field : item) {
        out.key(field.key);
        const bool isEmbedding = field.key == "embedding";
        if (isEmbedding && asBase64 && field.value.is_array())
            out.string(toBase64(field.value.get_array().value_unsafe()));
        else if (isEmbedding && !asBase64 && field.value.is_string())
            writeNumbers(out, field.value.get_string().value_unsafe());
        else
            out.raw(json::text(field.value));
    }
    out.endObject();
}

} // namespace

bool wantsBase64Embeddings(std::string_view requestBody)
{
    const auto parsed = json::Document::parse(requestBody);
    return parsed && json::findString(parsed->root(), "encoding_format") == "base64";
}

Result<std::string> encodeEmbeddings(std::string_view replyBody, bool asBase64)
{
    const auto parsed = json::Document::parse(replyBody);
    if (!parsed)
        return fail(ErrorKind::UpstreamBroken, "the provider's embeddings answer is " + parsed.error().message);
    const auto data = json::findArray(parsed->root(), "data");
    if (!data)
        return fail(ErrorKind::UpstreamBroken, "the provider's embeddings answer has no data array");
    bool isRight = true;
    for (const json::Element item : *data) {
        const auto embedding = json::find(item, "embedding");
        isRight = isRight && embedding && embedding->is_string() == asBase64;
    }
    if (isRight)
        return std::string(replyBody);
    json::Writer out;
    out.beginObject();
    json::Object root;
    if (parsed->root().get_object().get(root))
        return fail(ErrorKind::UpstreamBroken, "the provider's embeddings answer is not an object");
    for (const auto field : root) {
        out.key(field.key);
        if (field.key != "data") {
            out.raw(json::text(field.value));
            continue;
        }
        out.beginArray();
        for (const json::Element item : *data) {
            json::Object object;
            if (item.get_object().get(object))
                return fail(ErrorKind::UpstreamBroken, "an item of the provider's embeddings is not an object");
            writeItem(out, object, asBase64);
        }
        out.endArray();
    }
    out.endObject();
    return out.take();
}

Usage embeddingsUsage(std::string_view replyBody)
{
    Usage usage;
    const auto parsed = json::Document::parse(replyBody);
    if (!parsed)
        return usage;
    if (const auto counts = json::findObject(parsed->root(), "usage"))
        usage.uncachedInput = json::findInt(*counts, "prompt_tokens");
    if (usage.uncachedInput)
        usage.output = 0; // embeddings have no completion
    return usage;
}

} // namespace pm
