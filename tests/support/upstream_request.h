// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/upstream.h"

#include <QString>

namespace pm::test {

/// A JSON POST to `url`.
inline http::UpstreamRequest post(const std::string &url, const QByteArray &body = "{\"model\":\"m\"}")
{
    http::UpstreamRequest request;
    request.url = url;
    request.headers.add("content-type", "application/json");
    request.body = body;
    return request;
}

/// For QCOMPARE, which prints QStrings in full.
inline QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), qsizetype(view.size()));
}

} // namespace pm::test
