// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/stored_request.h"

#include "base/error.h"

namespace pm {

namespace {

/// A bare path takes the router that is active, which may be another by now.
std::string withRouter(const std::string &path, const std::string &router)
{
    if (path.starts_with("/router/") || path.starts_with("/ai/") || router.empty())
        return path;
    return (router == "ai" ? "/ai" : "/router/" + router) + path;
}

} // namespace

std::string whyNotAgain(const trace::Head &head)
{
    if (head.endpoint != "chat" && head.endpoint != "embeddings")
        return "not routed, or passed through as it is";
    const bool isTurnedAway =
        head.state == trace::State::Refused && (head.errorKind == traits(ErrorKind::Unauthorized).label ||
                                                head.errorKind == traits(ErrorKind::Forbidden).label ||
                                                head.errorKind == traits(ErrorKind::Paused).label);
    return isTurnedAway ? "turned away before it was routed" : std::string();
}

std::string whyNotAgain(const trace::Record &record)
{
    if (std::string why = whyNotAgain(record.head); !why.empty())
        return why;
    if (record.detail.routeLine.starts_with("mirror of "))
        return "a mirror's copy of another";
    const trace::Body &body = record.detail.requestBody;
    if (body.bytes.isEmpty())
        return "body not kept";
    return body.isTruncated() ? "body cut (traces.max-body)" : std::string();
}

http::Request requestAgain(const trace::Record &record)
{
    http::Request request;
    request.method = record.head.method;
    const std::size_t question = record.head.path.find('?');
    request.path = withRouter(record.head.path.substr(0, question), record.head.router);
    if (question != std::string::npos)
        request.query = record.head.path.substr(question + 1);
    request.target = request.path + (request.query.empty() ? "" : "?" + request.query);
    for (const auto &[name, value] : record.detail.requestHeaders)
        request.headers.add(std::string(name), std::string(value));
    request.body = record.detail.requestBody.bytes;
    return request;
}

} // namespace pm
