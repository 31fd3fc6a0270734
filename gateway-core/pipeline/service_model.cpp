// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/service_model.h"

#include "base/json.h"
#include "base/multipart.h"
#include "pipeline/encode.h"

#include <algorithm>

namespace pm {

namespace {

using Where = ServiceModel::Where;
constexpr std::size_t kLongestModel = 512; ///< bytes of a form field that may be one
constexpr std::string_view kGooglePrefix = "models/";

bool readsBody(const http::Request &request, const Route &route)
{
    const std::string_view encoding = request.headers.value("content-encoding");
    const bool isPlain = encoding.empty() || http::equalsIgnoreCase(encoding, "identity");
    switch (*route.service) {
    case config::Service::Files:
    case config::Service::Uploads:
    case config::Service::Batches: return false;
    default: return isPlain && !request.body.isEmpty();
    }
}

bool saysJson(std::string_view type)
{
    const std::string_view name = type.substr(0, type.find_first_of("; "));
    return http::equalsIgnoreCase(name, "application/json") || name.ends_with("+json");
}

/// JSON that no content-type, or one that curl makes up, calls so.
bool looksJson(const http::Request &request)
{
    const std::string_view type = request.headers.value("content-type");
    const bool isOpen = type.empty() || http::startsWithIgnoreCase(type, "text/plain")
                        || http::startsWithIgnoreCase(type, "application/x-www-form-urlencoded");
    const std::string_view body = view(request.body);
    const std::size_t first = body.find_first_not_of(" \t\r\n");
    return isOpen && first != std::string_view::npos && body[first] == '{';
}

bool isGoogle(const Route &route)
{
    return route.dialect == DialectId::Gemini;
}

/// Where a session is asked for, the model is the session's.
std::string_view memberOf(const Route &route)
{
    return route.service == config::Service::Realtime ? "session" : "model";
}

const json::Member *named(const std::vector<json::Member> &members, std::string_view text, std::string_view name)
{
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const json::Member &member) { return member.name(text) == name; });
    return found == members.end() ? nullptr : &*found;
}

/// The text of a JSON string that has passed the parser.
std::string unquoted(std::string_view text)
{
    const auto document = json::Document::parse(text);
    return document && document->root().is_string()
               ? std::string(std::string_view(document->root().get_string().value_unsafe()))
               : std::string();
}

/// Readers differ in which of two they take: the provider might serve another model than the one that was routed.
Failure givenTwice()
{
    Error error{ErrorKind::BadRequest, "model: given twice; leave one of them out"};
    error.param = "model";
    return fail(std::move(error));
}

/// Looks for "model" in the object at `span` of `text`.
Result<void> findInObject(std::string_view text, json::Span span, const Route &route, ServiceModel &place)
{
    const std::string_view object = text.substr(span.begin, span.end - span.begin);
    const auto members = json::members(object);
    if (!members)
        return {};
    const auto isModel = [&](const json::Member &member) { return member.name(object) == "model"; };
    if (std::count_if(members->begin(), members->end(), isModel) > 1)
        return givenTwice();
    if (const json::Member *member = named(*members, object, "model")) {
        place.model = unquoted(object.substr(member->value.begin, member->value.end - member->value.begin));
        if (isGoogle(route) && place.model.starts_with(kGooglePrefix))
            place.model.erase(0, kGooglePrefix.size());
        place.where = place.model.empty() ? Where::Nowhere : Where::Json;
        place.begin = span.begin + member->value.begin;
        place.end = span.begin + member->value.end;
    } else if (const json::Member *inner = named(*members, object, memberOf(route)); inner && span.begin == 0) {
        if (object[inner->value.begin] == '{')
            return findInObject(text, inner->value, route, place);
    }
    return {};
}

Result<void> findInJson(const http::Request &request, const Route &route, ServiceModel &place)
{
    const std::string_view body = view(request.body);
    const auto document = json::Document::parse(body);
    if (!document)
        return tl::unexpected(document.error());
    place.isJson = true;
    if (document->root().is_object())
        return findInObject(body, {0, body.size()}, route, place);
    return {};
}

Result<void> findInForm(const http::Request &request, ServiceModel &place)
{
    const std::string_view body = view(request.body);
    for (const auto &part : multipart::parts(body, multipart::boundaryOf(request.headers.value("content-type")))) {
        const bool isModel = part.name == "model" && !part.isFile && part.end - part.begin <= kLongestModel;
        if (!isModel || part.begin == part.end)
            continue;
        if (place.where == Where::Form)
            return givenTwice();
        place.where = Where::Form;
        place.model = part.content(body);
        place.begin = part.begin;
        place.end = part.end;
    }
    return {};
}

QByteArray replaced(const QByteArray &body, std::size_t begin, std::size_t end, const std::string &text)
{
    QByteArray out;
    out.reserve(body.size() + static_cast<qsizetype>(text.size()));
    out.append(body.constData(), static_cast<qsizetype>(begin));
    out.append(text.data(), static_cast<qsizetype>(text.size()));
    out.append(body.constData() + end, body.size() - static_cast<qsizetype>(end));
    return out;
}

/// A field before the others.
QByteArray withField(const http::Request &request, const std::string &model)
{
    const std::string boundary = multipart::boundaryOf(request.headers.value("content-type"));
    if (boundary.empty() || !view(request.body).starts_with("--" + boundary))
        return request.body;
    return replaced(request.body, 0, 0,
                    "--" + boundary + "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n" + model + "\r\n");
}

QByteArray withMember(const http::Request &request, const std::string &quoted)
{
    const auto members = json::members(view(request.body));
    if (!members)
        return request.body;
    json::Splice splice(view(request.body));
    splice.set(*members, "model", quoted);
    return QByteArray::fromStdString(splice.apply());
}

} // namespace

std::string modelInQuery(const http::Request &request)
{
    constexpr std::string_view kName = "model=";
    for (const std::string_view pair : http::queryPairs(request.query)) {
        if (pair.starts_with(kName)) {
            const QByteArray value(pair.data() + kName.size(), static_cast<qsizetype>(pair.size() - kName.size()));
            return QByteArray::fromPercentEncoding(value).toStdString();
        }
    }
    return {};
}

bool hasJson(const http::Request &request)
{
    return saysJson(request.headers.value("content-type")) || looksJson(request);
}

bool isBareJson(const http::Request &request, const Route &route)
{
    return readsBody(request, route) && looksJson(request);
}

Result<ServiceModel> findServiceModel(const http::Request &request, const Route &route)
{
    ServiceModel place;
    const bool reads = readsBody(request, route);
    if (reads) {
        auto read = hasJson(request) ? findInJson(request, route, place) : findInForm(request, place);
        if (!read)
            return tl::unexpected(read.error());
    }
    if (!route.modelId.empty()) {
        place.where = Where::Path;
        place.model = route.modelId;
    } else if (place.where == Where::Nowhere && route.service == config::Service::Realtime) {
        place.model = modelInQuery(request);
        place.where = place.model.empty() ? Where::Nowhere : Where::Query;
    }
    return place;
}

QByteArray bodyWithModel(const http::Request &request, const Route &route, const ServiceModel &place,
                         const std::string &model)
{
    std::string quoted;
    json::appendQuoted(quoted, (isGoogle(route) ? std::string(kGooglePrefix) : std::string()) + model);
    switch (place.where) {
    case Where::Json: return replaced(request.body, place.begin, place.end, quoted);
    case Where::Form: return replaced(request.body, place.begin, place.end, model);
    case Where::Path:
    case Where::Query: break;
    case Where::Nowhere:
        if (route.service == config::Service::Realtime)
            break; // its model belongs to a session that only the client can describe
        if (place.isJson)
            return withMember(request, quoted);
        if (readsBody(request, route))
            return withField(request, model);
        break;
    }
    return request.body;
}

std::string queryWithModel(const std::string &query, const std::string &model)
{
    std::string out;
    for (const std::string_view pair : http::queryPairs(query)) {
        out += out.empty() ? "" : "&";
        if (pair.starts_with("model="))
            out += "model=" + QByteArray::fromStdString(model).toPercentEncoding().toStdString();
        else
            out += pair;
    }
    return out;
}

} // namespace pm
