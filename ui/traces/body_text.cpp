// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/body_text.h"

#include "format.h"
#include "gateway.h"
#include "traces/json_text.h"

#include <algorithm>

namespace pm::ui {

namespace {

constexpr qsizetype kMostShown = 2'000'000; ///< characters; an editor takes 20 ms for that

} // namespace

BodyText bodyText(const trace::Body &body, const trace::HeaderList &headers, const std::vector<qsizetype> &offsets,
                  std::vector<int> *lines)
{
    BodyText shown;
    shown.isBinary = !isBinaryStream(body) && trace::isBinary(body, trace::contentTypeOf(headers));
    shown.isJson = !shown.isBinary && looksLikeJson(body.bytes);
    shown.fullSize = std::max<std::int64_t>(body.fullSize, body.bytes.size());
    PrettyJson pretty;
    if (shown.isBinary || isBinaryStream(body))
        pretty = {fromUtf8(readableBody(body, headers)), std::vector<int>(offsets.size(), 0)};
    else
        pretty = prettyJsonWithLines(body.bytes, offsets);
    shown.text = std::move(pretty.text);
    shown.isCut = (body.isTruncated() && !shown.isBinary) || shown.text.size() > kMostShown;
    shown.text.truncate(kMostShown);
    if (!lines)
        return shown;
    const int last = int(shown.text.count(u'\n'));
    *lines = std::move(pretty.lines);
    std::replace_if(
        lines->begin(), lines->end(), [last](int line) { return line > last; }, -1);
    return shown;
}

BodyText bodyText(const std::string &json)
{
    trace::Body body;
    body.bytes = QByteArray::fromStdString(json);
    body.fullSize = body.bytes.size();
    return bodyText(body, {});
}

} // namespace pm::ui
