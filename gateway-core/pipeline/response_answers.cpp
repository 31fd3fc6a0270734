// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/response_answers.h"

#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace pm {

namespace {

LocalAnswer refused(ErrorKind kind, std::string message, std::string param = {})
{
    Error error{kind, std::move(message)};
    error.param = std::move(param);
    LocalAnswer answer;
    answer.error = std::move(error);
    return answer;
}

std::string queryValue(const http::Request &request, std::string_view name)
{
    for (const std::string_view pair : http::queryPairs(request.query)) {
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return std::string(pair.substr(name.size() + 1));
    }
    return {};
}

/// The page of the input that was asked for: the newest first unless order=asc.
LocalAnswer inputItems(const StoredResponse &stored, const http::Request &request)
{
    constexpr int kMostItems = 100;
    int limit = 20;
    if (const std::string asked = queryValue(request, "limit"); !asked.empty()) {
        const auto [end, failed] = std::from_chars(asked.data(), asked.data() + asked.size(), limit);
        if (failed != std::errc() || end != asked.data() + asked.size() || limit < 1 || limit > kMostItems)
            return refused(ErrorKind::BadRequest, "limit must be a number from 1 to 100", "limit");
    }
    const std::string order = queryValue(request, "order");
    if (!order.empty() && order != "asc" && order != "desc")
        return refused(ErrorKind::BadRequest, "order must be asc or desc", "order");
    const auto input = json::Document::parse("{\"items\":" + stored.input + "}");
    const auto list = input ? json::findArray(input->root(), "items") : std::nullopt;
    std::vector<json::Element> items;
    if (list) {
        for (const json::Element item : *list)
            items.push_back(item);
    }
    if (order != "asc")
        std::reverse(items.begin(), items.end());
    const std::string after = queryValue(request, "after");
    auto begin = items.begin();
    if (!after.empty()) {
        begin = std::find_if(items.begin(), items.end(),
                             [&](json::Element item) { return json::findString(item, "id") == after; });
        if (begin == items.end())
            return refused(ErrorKind::BadRequest, "after names no item of this answer", "after");
        ++begin;
    }
    const auto end = items.end() - begin > limit ? begin + limit : items.end();
    json::Writer out;
    out.beginObject();
    out.member("object", "list");
    out.key("data");
    out.beginArray();
    for (auto item = begin; item != end; ++item)
        out.raw(json::text(*item));
    out.endArray();
    const auto idOf = [&](const char *name, auto item) {
        if (begin == end)
            out.memberNull(name);
        else
            out.member(name, json::findString(*item, "id").value_or(""));
    };
    idOf("first_id", begin);
    idOf("last_id", begin == end ? end : end - 1);
    out.member("has_more", end != items.end());
    out.endObject();
    LocalAnswer answer;
    answer.body = out.take();
    return answer;
}

LocalAnswer noSocket(const http::Request &request)
{
    if (!request.headers.contains("upgrade"))
        return refused(ErrorKind::MethodNotAllowed, "/v1/responses takes POST, not GET");
    LocalAnswer answer = refused(ErrorKind::NotSupported, "there is no WebSocket here; send the request by POST");
    answer.status = 426; // clients go on with POST at once
    return answer;
}

std::string deleted(const std::string &id)
{
    json::Writer out;
    out.beginObject();
    out.member("id", id);
    out.member("object", "response");
    out.member("deleted", true);
    out.endObject();
    return out.take();
}

} // namespace

LocalAnswer storedAnswer(const Route &route, const http::Request &request, ResponseStore *store,
                         const std::string &owner)
{
    if (route.variant == "socket")
        return noSocket(request);
    const std::string &id = route.modelId;
    const StoredResponsePtr stored = store ? store->find(id, owner) : nullptr;
    if (!stored) {
        Error error{ErrorKind::NotFound, "Response with id '" + id.substr(0, 100) + "' not found."};
        LocalAnswer answer;
        answer.error = std::move(error);
        return answer;
    }
    if (route.variant == "cancel")
        return refused(ErrorKind::BadRequest, "only an answer in the background can be cancelled; this one is complete");
    if (route.variant == "input_items")
        return inputItems(*stored, request);
    LocalAnswer answer;
    if (route.variant == "delete") {
        store->remove(id, owner);
        answer.body = deleted(id);
        return answer;
    }
    if (queryValue(request, "stream") == "true")
        return refused(ErrorKind::NotSupported, "stream: a kept answer is sent whole; ask without it", "stream");
    answer.body = stored->response;
    return answer;
}

} // namespace pm
