// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/import/import_draft.h"

#include "config/config_keys.h"
#include "config/import/import_names.h"
#include "config/scalars.h"
#include "config/yaml_write.h"

#include <algorithm>
#include <cmath>

namespace pm::config::import {

using yaml::Node;

namespace {

constexpr std::size_t kMaxNotes = 500;
constexpr std::size_t kMaxRouterName = 12;
constexpr std::size_t kMaxProviderName = 40;
constexpr double kMostMilliseconds = 24.0 * 3600 * 1000;

} // namespace

Draft::Draft(const yaml::Tree &tree, const ImportContext &context)
    : m_tree(tree)
    , m_context(context)
{
}

void Draft::note(ImportNote::Level level, const At &at, std::string what, std::string remedy)
{
    if (m_notes.size() > kMaxNotes)
        return;
    ImportNote made{level, at.node ? m_tree.lines.at(at.offset).line : 0, at.path, std::move(what),
                    std::move(remedy)};
    if (m_notes.size() == kMaxNotes)
        made = {ImportNote::Level::NotMapped,
                0,
                {},
                "there is more than this report holds",
                "import the file in parts"};
    if (std::find(m_notes.begin(), m_notes.end(), made) == m_notes.end())
        m_notes.push_back(std::move(made));
}

void Draft::changed(const At &at, std::string what, std::string remedy)
{
    note(ImportNote::Level::Changed, at, std::move(what), std::move(remedy));
}

void Draft::notMapped(const At &at, std::string what, std::string remedy)
{
    note(ImportNote::Level::NotMapped, at, std::move(what), std::move(remedy));
}

const BuiltInProvider *Draft::findBuiltIn(std::string_view name) const
{
    for (const BuiltInProvider &row : m_context.builtIns) {
        if (row.name == name)
            return &row;
    }
    return nullptr;
}

const BuiltInProvider *Draft::builtInAt(const std::string &baseUrl) const
{
    for (const BuiltInProvider &row : m_context.builtIns) {
        if (!row.baseUrl.empty() && isSamePlace(row.baseUrl, baseUrl))
            return &row;
    }
    return nullptr;
}

/// Completes a wish: which vendor it is, and whether its address has to be said. False when it cannot be had.
bool Draft::settle(ProviderWish &wish, const At &at)
{
    if (!wish.builtIn.empty() && !findBuiltIn(wish.builtIn))
        wish.builtIn.clear();
    const BuiltInProvider *there = wish.baseUrl.empty() ? nullptr : builtInAt(wish.baseUrl);
    const bool isOurs =
        there && (wish.format.empty() || wish.format == there->format || there->format == "ollama");
    if (isOurs && (wish.builtIn.empty() || wish.builtIn == "openai" || wish.builtIn == there->name)) {
        wish.builtIn = there->name;
        wish.baseUrl.clear();
        wish.format.clear();
    }
    const BuiltInProvider *row = findBuiltIn(wish.builtIn);
    if (row && !wish.baseUrl.empty() && !row->isLocal && !row->baseUrl.empty() && row->name != "bedrock" &&
        row->name != "vertex") {
        wish.format = wish.format.empty() ? row->format : wish.format;
        wish.builtIn.clear(); // the vendor's format at another place
        row = nullptr;
    }
    if (!row && wish.baseUrl.empty()) {
        notMapped(at, "no provider is known for this", "add it under providers: with format and base-url");
        return false;
    }
    return true;
}

std::string Draft::freeName(const std::string &wanted) const
{
    const auto isTaken = [this](const std::string &name) {
        const auto &reserved = reservedProviderNames();
        return findBuiltIn(name) || std::find(reserved.begin(), reserved.end(), name) != reserved.end() ||
               std::any_of(m_entries.begin(), m_entries.end(),
                           [&](const Entry &entry) { return entry.name == name; });
    };
    std::string name = wanted;
    for (int i = 2; isTaken(name); ++i)
        name = wanted + "-" + std::to_string(i);
    return name;
}

std::string Draft::provider(const ProviderWish &wanted, const At &at)
{
    ProviderWish wish = wanted;
    if (!settle(wish, at))
        return {};
    const auto isPlace = [&](const ProviderWish &other) {
        return other.builtIn == wish.builtIn && other.baseUrl == wish.baseUrl &&
               other.format == wish.format && other.region == wish.region &&
               other.resource == wish.resource && other.apiVersion == wish.apiVersion &&
               other.project == wish.project && other.location == wish.location;
    };
    bool isFirst = true;
    for (Entry &entry : m_entries) {
        isFirst = isFirst && (wish.builtIn.empty() || entry.wish.builtIn != wish.builtIn);
        const bool isSilent =
            wish.key.kind == KeyWish::Kind::None || entry.wish.key.kind == KeyWish::Kind::None;
        if (!isPlace(entry.wish) || (!isSilent && entry.wish.key != wish.key))
            continue;
        if (entry.wish.key.kind == KeyWish::Kind::None && wish.key.kind != KeyWish::Kind::None) {
            entry.wish.key = wish.key;
            entry.wish.keyAt = wish.keyAt;
            write(entry, at);
        }
        return entry.name;
    }
    Entry entry{wish, wish.builtIn, false};
    if (wish.builtIn.empty() || !isFirst) {
        const BuiltInProvider *row = findBuiltIn(wish.builtIn);
        if (row && wish.baseUrl.empty() && wish.region.empty() && wish.resource.empty() &&
            (row->baseUrl.empty() || row->name == "bedrock" || row->name == "vertex")) {
            notMapped(at, "a second " + row->name + " with another key needs an address of its own",
                      "add it under providers: with format and base-url");
            return {};
        }
        if (row && row->name == "vertex") {
            notMapped(at, "only one Google Cloud project can be used",
                      "choose it in providers.vertex.project and location");
            return {};
        }
        entry.isCustom = true;
        entry.name = freeName(legalName(row ? row->name : wish.label, kMaxProviderName));
    }
    m_entries.push_back(entry);
    write(entry, at);
    return entry.name;
}

void Draft::write(const Entry &entry, const At &at)
{
    const ProviderWish &wish = entry.wish;
    const BuiltInProvider *row = findBuiltIn(wish.builtIn);
    Node map = mapNode();
    std::string url = wish.baseUrl;
    if (entry.isCustom) {
        const std::string format = row ? row->format : "openai";
        put(map, "format", wish.format.empty() ? format : wish.format);
        if (url.empty() && row && row->name == "bedrock")
            url = "https://bedrock-runtime." + wish.region + ".amazonaws.com";
        else if (url.empty() && !wish.resource.empty())
            url = "https://" + wish.resource + ".openai.azure.com";
        else if (url.empty() && row)
            url = row->baseUrl;
    }
    if (!url.empty())
        put(map, "base-url", url);
    const std::pair<const char *, const std::string *> fields[] = {{"resource", &wish.resource},
                                                                   {"api-version", &wish.apiVersion},
                                                                   {"region", &wish.region},
                                                                   {"project", &wish.project},
                                                                   {"location", &wish.location}};
    for (const auto &[key, value] : fields) {
        if (!value->empty())
            put(map, key, *value);
    }
    if (wish.key.kind == KeyWish::Kind::Reference) {
        put(map, "api-key", wish.key.value);
    } else if (wish.key.kind == KeyWish::Kind::Literal) {
        put(map, "api-key", "keychain:" + entry.name);
        notMapped(wish.keyAt ? wish.keyAt : at, "a key stands in the file and is not copied",
                  "put it into the keychain: pointsman keys set " + entry.name);
    }
    if (map.children.empty())
        return;
    Node &place = sub(sub(root, "providers"), entry.name);
    for (yaml::Child &child : map.children)
        put(place, child.key, std::move(child.value));
}

Node *Draft::entryOf(const std::string &provider)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&](const Entry &entry) { return entry.name == provider; });
    return found == m_entries.end() || !found->isCustom ? nullptr : &sub(sub(root, "providers"), provider);
}

void Draft::addModel(const std::string &provider, std::string_view model)
{
    Node *entry = entryOf(provider);
    if (!entry || model.empty())
        return;
    Node *models = nullptr;
    for (yaml::Child &child : entry->children)
        models = child.key == "models" ? &child.value : models;
    if (!models)
        models = &put(*entry, "models", listNode());
    for (const yaml::Child &child : models->children) {
        if (child.value.text == model)
            return;
    }
    add(*models, textNode(model));
}

std::string Draft::routerName(std::string_view wanted)
{
    std::string name = legalName(wanted, kMaxRouterName);
    for (int i = 2; !m_routers.insert(name).second; ++i) {
        const std::string tail = "-" + std::to_string(i);
        name = legalName(wanted, kMaxRouterName - tail.size()) + tail;
    }
    return name;
}

void Draft::putDuration(Node &map, std::string_view key, double milliseconds, const At &at)
{
    const double kept = std::clamp(std::round(milliseconds), 1.0, kMostMilliseconds);
    if (!(std::abs(kept - milliseconds) < 1))
        changed(at, "times are from 1ms to 24h here");
    put(map, key, writeDuration(std::chrono::milliseconds(std::int64_t(kept))));
}

void Draft::putInteger(Node &map, std::string_view key, double value, int least, int most, const At &at)
{
    const double kept = std::clamp(std::round(value), double(least), double(most));
    if (!(std::abs(kept - value) < 1))
        changed(at, "this is from " + std::to_string(least) + " to " + std::to_string(most) + " here");
    put(map, key, std::to_string(std::int64_t(kept)));
}

std::string Draft::preview() const
{
    constexpr std::size_t kStep = 2;
    std::string text;
    Node whole = root;
    whole.style = Node::Style::Block;
    for (const std::string &line :
         whole.children.empty() ? std::vector<std::string>() : yaml::writeBlock(whole, kStep))
        text += line + "\n";
    return text;
}

void Draft::remove(std::string_view section, std::string_view name)
{
    for (yaml::Child &child : root.children) {
        if (child.key == section)
            std::erase_if(child.value.children, [&](const yaml::Child &entry) { return entry.key == name; });
    }
    std::erase_if(root.children, [&](const yaml::Child &child) {
        return child.key == section && (name.empty() || child.value.children.empty());
    });
}

Result<Imported> Draft::finish(std::string_view importer)
{
    Imported made;
    made.yaml = "# Made by: pointsman import " + std::string(importer) + "\n" + preview();
    const yaml::Tree again = yaml::parse(made.yaml);
    if (!again.problems.empty() || !yaml::sameContent(again.root, root))
        return fail(ErrorKind::Internal,
                    "the configuration made of this file cannot be written; it would be too large "
                    "or too deep: import it in parts");
    made.notes = std::move(m_notes);
    std::stable_sort(made.notes.begin(), made.notes.end(),
                     [](const ImportNote &a, const ImportNote &b) { return a.line < b.line; });
    return made;
}

} // namespace pm::config::import
