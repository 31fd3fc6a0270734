// SPDX-License-Identifier: GPL-3.0-or-later
// What the table of keys says to people: values in words, and the reference page.
#include "config/config_keys.h"

#include "config/condition.h"
#include "config/scalars.h"

namespace pm::config {

namespace {

std::string listed(std::string_view words)
{
    std::string text;
    for (const char c : words)
        text += c == '|' ? std::string(", ") : std::string(1, c);
    return text;
}

std::string limit(const Key &key, double value)
{
    if (key.type == KeyType::Size)
        return writeSize(std::int64_t(value));
    if (key.type == KeyType::Duration)
        return writeDuration(std::chrono::milliseconds(std::int64_t(value)));
    return key.type == KeyType::Integer ? std::to_string(std::int64_t(value)) : writeNumber(value);
}

std::string range(const Key &key)
{
    if (key.least <= -1e9) // told by the rule on weights
        return {};
    if (key.most > 1e18)
        return " of at least " + limit(key, key.least);
    return " from " + limit(key, key.least) + " to " + limit(key, key.most);
}

/// Cells of a Markdown table must not hold a bare bar.
std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

std::string row(const Key &key)
{
    std::string text = "| `" + cell(key.path) + "` | ";
    if (key.type == KeyType::Later)
        return text + "refused | | Not supported yet; " + cell(key.sense) + ". |\n";
    if (key.type == KeyType::Elsewhere)
        return text + "ignored | | Helicone's; " + cell(key.sense) + ". |\n";
    text += cell(describe(key)) + (key.orMany ? ", or a list of such" : "") + " | ";
    text += key.standard.empty() ? std::string() : "`" + cell(key.standard) + "`";
    text += " | " + std::string(key.isRequired ? "Required. " : "") + cell(key.sense);
    if (!key.synonyms.empty())
        text += " Also: `" + cell(listed(key.synonyms)) + "`.";
    return text + " |\n";
}

std::string keysIn(std::string_view pattern)
{
    std::string names;
    for (const Key *key : keysBelow(pattern)) {
        if (key->type != KeyType::Later && key->type != KeyType::Elsewhere)
            names += (names.empty() ? "" : ", ") + std::string(key->name());
    }
    return names;
}

} // namespace

std::string describe(const Key &key)
{
    switch (key.type) {
    case KeyType::Section: {
        std::string text = "a map with the keys " + keysIn(patternBelow(key));
        if (key.shortForm == KeyType::Provider)
            text = "a provider's name, or " + text;
        else if (key.shortForm == KeyType::Text)
            text = "a check's name, or " + text;
        else if (key.shortForm == KeyType::Model)
            text = "provider/model, or " + text;
        return text;
    }
    case KeyType::Names:
        return "a map of names";
    case KeyType::List:
        return "a list";
    case KeyType::Route:
        return "a map with a strategy and its providers, models or children; or a target's name";
    case KeyType::Condition:
        return "a map of fields and values";
    case KeyType::Data:
        return "a map, or JSON text";
    case KeyType::Settings:
        return "a map of the strategy's settings";
    case KeyType::Bool:
        return "true or false";
    case KeyType::Integer:
        return (key.words.empty() ? std::string() : listed(key.words) + " or ") + "a whole number" +
               range(key);
    case KeyType::Number:
        return "a number" + range(key);
    case KeyType::Size:
        return "a size such as 64MiB" + range(key);
    case KeyType::Duration:
        return (key.words.empty() ? std::string() : listed(key.words) + " or ") + "a duration such as 500ms, 10s or 1h 30m"
               + range(key);
    case KeyType::Date:
        return "a day such as 2026-12-31, or a minute of it: 2026-12-31T18:00; local time";
    case KeyType::Text:
        return "a text";
    case KeyType::Word:
        return key.words.empty() ? "a class of requests" : "one of " + listed(key.words);
    case KeyType::Address:
        return "an IP address such as 127.0.0.1";
    case KeyType::Url:
        return "an http:// or https:// address without user, query or fragment";
    case KeyType::RedisUrl:
        return "an address such as redis://localhost:6379/0, without a password";
    case KeyType::Pattern:
        return "a regular expression";
    case KeyType::KeyReference:
        return "keychain:NAME, env:NAME, file:PATH, credential:NAME or aws:PROFILE";
    case KeyType::Strategy:
        return "a strategy's name";
    case KeyType::Format:
        return "a format's name, such as openai";
    case KeyType::Provider:
        return "a provider's name";
    case KeyType::Model:
        return "provider/model";
    case KeyType::Target:
        return "a provider's name or provider/model";
    case KeyType::Router:
        return "a router's name";
    case KeyType::Identity:
        return "one of api-key, user, team, model, router, global, app" + (key.words.empty() ? "" : ", " + listed(key.words))
               + ", metadata.NAME";
    case KeyType::Later:
    case KeyType::Elsewhere:
        break;
    }
    return "absent";
}

std::string referencePage()
{
    std::string page =
        "# Configuration reference\n\n"
        "Made from the table that checks the file. `*` is a name of yours, `[]` an item of a list, "
        "`<route>` any node of a router's tree. Keys are in kebab-case; snake_case is understood.\n\n"
        "Any value can be overridden by an environment variable of its path: "
        "`POINTSMAN__SERVER__PORT=9000` (`AI_GATEWAY__` too). Lists are given as `[a, b]`.\n\n"
        "Durations: `500ms`, `10s`, `1m`, `1h 30m`, `30d`. Sizes: `64MiB`, `2GiB`, `10MB`, or bytes.\n\n"
        "A key of this design that this version does not have is *refused*: leaving it out in silence "
        "would change who may call, where requests go or what is spent. A key that only Helicone's "
        "gateway has is *ignored* with a warning, so that its files load. `global.retries`, which "
        "Helicone's gateway reads but never uses, works here.\n";
    constexpr std::string_view kHead = "| key | value | default | meaning |\n|---|---|---|---|\n";
    std::string others;
    std::string_view section;
    for (const Key &key : keys()) {
        std::string_view top = key.path.substr(0, key.path.find('.'));
        top = top == "<route>" ? std::string_view("routers") : top;
        if (top == key.path && (key.type == KeyType::Later || key.type == KeyType::Elsewhere)) {
            others += row(key);
            continue;
        }
        if (top != section)
            page += "\n## " + std::string(top) + "\n\n" + std::string(kHead);
        section = top;
        page += row(key);
    }
    page += "\n## Fields of conditions\n\n| field | meaning |\n|---|---|\n";
    for (const ConditionField &field : conditionFields()) {
        const std::string name = std::string(field.name) + (field.name.ends_with('.') ? "NAME" : "");
        page += "| `" + name + "` | " + cell(field.sense) + " |\n";
    }
    return page + "\n## Sections refused or ignored\n\n" + std::string(kHead) + others;
}

} // namespace pm::config
