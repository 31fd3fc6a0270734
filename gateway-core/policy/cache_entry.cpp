// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/cache_entry.h"

#include "base/json.h"

#include <array>

namespace pm::policy {

namespace {

/// Counts of a usage in a fixed order, for writing and reading alike.
template <typename UsageRef>
auto countsOf(UsageRef &usage)
{
    return std::array{&usage.uncachedInput, &usage.cacheRead, &usage.cacheWrite5m,
                      &usage.cacheWrite1h,  &usage.output,    &usage.reasoning};
}

constexpr std::array kTexts{&CachedAnswer::variant, &CachedAnswer::provider, &CachedAnswer::model, &CachedAnswer::router,
                            &CachedAnswer::requestedModel};
constexpr std::array kFlags{&CachedAnswer::isEmbeddings, &CachedAnswer::isStream, &CachedAnswer::isArray,
                            &CachedAnswer::hasUsageEvent};
constexpr std::array kNumbers{&CachedAnswer::tookUs, &CachedAnswer::storedAt, &CachedAnswer::lifetime};

std::optional<std::int64_t> numberIn(json::Element element)
{
    return element.is_int64() ? std::optional(element.get_int64().value_unsafe()) : std::nullopt;
}

/// The members of a list in order; nothing behind the end.
class List
{
public:
    List(json::Element root, std::string_view name) : m_list(json::findArray(root, name)) {}
    std::optional<json::Element> next()
    {
        if (!m_list || m_at >= m_list->size())
            return std::nullopt;
        return m_list->at(m_at++).value_unsafe();
    }

private:
    std::optional<json::Array> m_list;
    std::size_t m_at = 0;
};

std::vector<ReplayPiece> piecesIn(json::Element root)
{
    std::vector<ReplayPiece> pieces;
    List list(root, "pieces");
    while (const auto after = list.next()) {
        const auto bytes = list.next();
        pieces.push_back({static_cast<std::uint32_t>(numberIn(*after).value_or(0)),
                          static_cast<std::uint32_t>(bytes ? numberIn(*bytes).value_or(0) : 0)});
    }
    return pieces;
}

} // namespace

std::size_t CachedAnswer::weight() const
{
    constexpr std::size_t kOfTheStore = 200; // list and map nodes, pointers, the key
    return sizeof(*this) + kOfTheStore + bytes.capacity() + request.capacity() + pieces.capacity() * sizeof(ReplayPiece)
           + provider.size() + model.size() + router.size() + requestedModel.size();
}

std::string encodeAnswer(const CachedAnswer &answer)
{
    json::Writer out;
    out.beginObject();
    out.member("slot", answer.slot);
    out.member("dialect", pm::dialect(answer.dialect).name());
    out.key("texts");
    out.beginArray();
    for (const auto text : kTexts)
        out.string(answer.*text);
    out.endArray();
    out.key("flags");
    out.beginArray();
    for (const auto flag : kFlags)
        out.boolean(answer.*flag);
    out.boolean(answer.usage.isEstimate);
    out.endArray();
    out.key("numbers");
    out.beginArray();
    for (const auto number : kNumbers)
        out.number(answer.*number);
    const auto optional = [&out](const std::optional<std::int64_t> &count) { count ? out.number(*count) : out.null(); };
    optional(answer.costMicroUsd);
    for (const auto *count : countsOf(answer.usage))
        optional(*count);
    out.endArray();
    out.key("pieces");
    out.beginArray();
    for (const ReplayPiece &piece : answer.pieces) {
        out.number(std::int64_t(piece.afterMs));
        out.number(std::int64_t(piece.bytes));
    }
    out.endArray();
    out.endObject();
    return out.take();
}

Result<CachedAnswer> decodeAnswer(std::string_view text)
{
    const auto document = json::Document::parse(text);
    if (!document || !document->root().is_object())
        return fail(ErrorKind::Storage, "a cached answer cannot be read");
    const json::Element root = document->root();
    const Dialect *wire = findDialect(json::findString(root, "dialect").value_or(""));
    if (!wire)
        return fail(ErrorKind::Storage, "a cached answer is of an unknown format");
    CachedAnswer answer;
    answer.slot = static_cast<int>(json::findInt(root, "slot").value_or(0));
    answer.dialect = wire->id();
    List texts(root, "texts");
    for (const auto field : kTexts) {
        if (const auto each = texts.next(); each && each->is_string())
            answer.*field = std::string_view(each->get_string().value_unsafe());
    }
    List flags(root, "flags");
    const auto nextFlag = [&flags] {
        const auto each = flags.next();
        return each && each->is_bool() && each->get_bool().value_unsafe();
    };
    for (const auto flag : kFlags)
        answer.*flag = nextFlag();
    answer.usage.isEstimate = nextFlag();
    List numbers(root, "numbers");
    const auto nextNumber = [&numbers] {
        const auto each = numbers.next();
        return each ? numberIn(*each) : std::nullopt;
    };
    for (const auto number : kNumbers)
        answer.*number = nextNumber().value_or(0);
    answer.costMicroUsd = nextNumber();
    for (auto *count : countsOf(answer.usage))
        *count = nextNumber();
    answer.pieces = piecesIn(root);
    return answer;
}

} // namespace pm::policy
