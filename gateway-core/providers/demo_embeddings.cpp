// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/demo_parts.h"

#include "base/hash.h"
#include "base/json.h"
#include "dialects/dialect.h"

#include <QByteArray>
#include <QtEndian>

#include <charconv>
#include <cmath>

namespace pm::demo {

namespace {

constexpr std::int64_t kDefaultDimensions = 256;
constexpr std::int64_t kMostDimensions = 4096;
constexpr std::size_t kMostInputs = 2048; // OpenAI's limit

/// splitmix64: equal on every machine, unlike the distributions of the standard library.
std::uint64_t nextRandom(std::uint64_t &state)
{
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

std::vector<float> vectorOf(std::string_view text, std::int64_t dimensions)
{
    std::uint64_t state = fnv1a(text);
    std::vector<double> values(static_cast<std::size_t>(dimensions));
    double squares = 0;
    for (double &value : values) {
        value = static_cast<double>(static_cast<std::int64_t>(nextRandom(state)) >> 11) / 4503599627370496.0;
        squares += value * value;
    }
    const double length = squares > 0 ? std::sqrt(squares) : 1;
    std::vector<float> unit;
    unit.reserve(values.size());
    for (const double value : values)
        unit.push_back(static_cast<float>(value / length));
    return unit;
}

void writeFloats(json::Writer &out, const std::vector<float> &values)
{
    out.beginArray();
    for (const float value : values) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out.raw({digits, static_cast<std::size_t>(end - digits)});
    }
    out.endArray();
}

void writeBase64(json::Writer &out, const std::vector<float> &values)
{
    QByteArray bytes;
    bytes.resize(static_cast<qsizetype>(values.size()) * qsizetype(sizeof(float)));
    qToLittleEndian<float>(values.data(), static_cast<qsizetype>(values.size()), bytes.data());
    const QByteArray text = bytes.toBase64();
    out.string({text.constData(), static_cast<std::size_t>(text.size())});
}

/// Texts, or the JSON text of token lists, which hashes as well.
std::optional<std::vector<std::string>> inputsOf(json::Element request)
{
    const auto input = json::find(request, "input");
    if (!input)
        return std::nullopt;
    std::string_view text;
    if (input->get(text) == simdjson::SUCCESS)
        return std::vector<std::string>{std::string(text)};
    json::Array list;
    if (input->get(list) != simdjson::SUCCESS || list.size() == 0 || list.size() > kMostInputs)
        return std::nullopt;
    if (list.at(0).is_number())
        return std::vector<std::string>{json::text(*input)};
    std::vector<std::string> inputs;
    for (const json::Element element : list) {
        if (element.get(text) == simdjson::SUCCESS)
            inputs.emplace_back(text);
        else if (element.is_array())
            inputs.push_back(json::text(element));
        else
            return std::nullopt;
    }
    return inputs;
}

} // namespace

http::Script answerEmbeddings(json::Element request)
{
    const auto inputs = inputsOf(request);
    if (!inputs) {
        return answerError(400, "invalid_request_error", "invalid_input",
                           "demo: input must be a text, or a list of at most 2048 texts or token lists");
    }
    const std::int64_t dimensions = json::findInt(request, "dimensions").value_or(kDefaultDimensions);
    if (dimensions < 1 || dimensions > kMostDimensions)
        return answerError(400, "invalid_request_error", "invalid_dimensions",
                           "demo: dimensions must be 1 to 4096");
    const bool isBase64 = json::findString(request, "encoding_format") == "base64";
    json::Writer out;
    out.beginObject();
    out.member("object", "list");
    out.key("data");
    out.beginArray();
    std::int64_t tokens = 0;
    std::int64_t index = 0;
    for (const std::string &text : *inputs) {
        out.beginObject();
        out.member("object", "embedding");
        out.member("index", index++);
        out.key("embedding");
        const std::vector<float> vector = vectorOf(text, dimensions);
        if (isBase64)
            writeBase64(out, vector);
        else
            writeFloats(out, vector);
        out.endObject();
        tokens += estimateTokens(text.size(), 0);
    }
    out.endArray();
    out.member("model", json::findString(request, "model").value_or("demo"));
    out.key("usage");
    out.beginObject();
    out.member("prompt_tokens", tokens);
    out.member("total_tokens", tokens);
    out.endObject();
    out.endObject();
    return answerJson(200, out.take());
}

} // namespace pm::demo
