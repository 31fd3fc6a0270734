// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialects/gemini_read.h"

#include "base/text.h"
#include "dialects/gemini.h"
#include "dialects/gemini_fields.h"

#include <algorithm>
#include <array>

namespace pm {

namespace gemini {

namespace {

constexpr std::array<std::string_view, 7> kKnownFields{
    "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "model", "cachedContent"};

void noteUnknownFields(json::Element root, ChatRequest &request)
{
    for (const auto member : fields(root)) {
        const std::string name = camel(member.key);
        const bool isKnown = std::find(kKnownFields.begin(), kKnownFields.end(), name) != kKnownFields.end();
        const bool isEmpty = member.value.is_null() || (member.value.is_array() && items(member.value).size() == 0) ||
                             (member.value.is_object() && fields(member.value).size() == 0);
        if (!isKnown && !isEmpty)
            note(request.uncarried, std::string(clipUtf8(name, 64)));
    }
}

/// What is cached there is a part of the prompt that nobody else has.
Result<void> refuseCachedContent(json::Element root)
{
    if (findString(root, "cachedContent").empty())
        return {};
    Error error{ErrorKind::NotSupported, "cachedContent: the cached part of the prompt is stored with Google; send it "
                                         "in the request, or ask a Gemini model at Google"};
    error.param = "cachedContent";
    return fail(std::move(error));
}

} // namespace

} // namespace gemini

Result<ChatRequest> Gemini::readRequest(std::string_view body) const
{
    using namespace gemini;
    const auto document = parseObject(body);
    if (!document)
        return fail(document.error());
    const json::Element root = requestRoot(document->root());
    ChatRequest request;
    request.model = findString(root, "model");
    if (request.model.starts_with("models/"))
        request.model.erase(0, 7);
    if (auto cached = refuseCachedContent(root); !cached)
        return fail(cached.error());
    for (const auto read : {readConversation, readTools, readGeneration}) {
        if (auto step = read(root, request); !step)
            return fail(step.error());
    }
    noteUnknownFields(root, request);
    return request;
}

} // namespace pm
