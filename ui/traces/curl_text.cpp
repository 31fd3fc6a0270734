// SPDX-License-Identifier: GPL-3.0-or-later
#include "traces/curl_text.h"

#include "format.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace pm::ui {

namespace {

QString quoted(QString text)
{
    return u"'"_s + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

/// Set by curl itself, or true of that one connection only.
bool isOfTheConnection(const QString &name)
{
    static const QStringList names{
        u"host"_s,       u"content-length"_s, u"connection"_s,       u"accept-encoding"_s,
        u"keep-alive"_s, u"expect"_s,         u"transfer-encoding"_s};
    return names.contains(name.toLower());
}

} // namespace

QString curlText(const trace::Record &record, const QString &baseUrl)
{
    QStringList parts{u"curl -sS %1"_s.arg(quoted(baseUrl + fromUtf8(record.head.path)))};
    if (record.head.stream)
        parts[0] += u" -N"_s;
    if (record.head.method != "POST" || record.detail.requestBody.bytes.isEmpty())
        parts.append(u"-X %1"_s.arg(fromUtf8(record.head.method)));
    for (const auto &[name, value] : record.detail.requestHeaders) {
        const QString header = fromUtf8(name);
        if (!isOfTheConnection(header))
            parts.append(u"-H %1"_s.arg(quoted(header + u": "_s + fromUtf8(value))));
    }
    const trace::Body &body = record.detail.requestBody;
    const bool isBinary = trace::isBinary(body, trace::contentTypeOf(record.detail.requestHeaders));
    if (isBinary)
        parts.append(u"--data-binary @request.bin"_s);
    else if (!body.bytes.isEmpty())
        parts.append(u"--data-binary %1"_s.arg(quoted(QString::fromUtf8(body.bytes))));
    QString text = parts.join(u" \\\n  "_s);
    if (isBinary) {
        text.prepend(QCoreApplication::translate(
                         "pm::ui::curl", "# the body is no text: save it from the Request tab as request.bin") +
                     u'\n');
    }
    if (body.isTruncated()) {
        text.prepend(QCoreApplication::translate("pm::ui::curl", "# only %1 of the body's %2 were kept")
                         .arg(bytesText(body.bytes.size()), bytesText(body.fullSize)) +
                     u'\n');
    }
    return text;
}

} // namespace pm::ui
