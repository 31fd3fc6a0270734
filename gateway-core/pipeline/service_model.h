// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/server.h"
#include "pipeline/route.h"

#include <QByteArray>

#include <cstddef>
#include <string>

// Where a request that passes through names its model. Plain functions.
namespace pm {

struct ServiceModel
{
    enum class Where {
        Nowhere,
        Path,  ///< models/{model}:predict
        Query, ///< realtime/calls?model=…
        Json,  ///< a member of the body
        Form,  ///< a field of a multipart body
    };
    Where where = Where::Nowhere;
    std::string model;     ///< as the client wrote it; Google's without "models/"
    std::size_t begin = 0; ///< of Json (with quotes) and Form: its place in the body
    std::size_t end = 0;   ///< exclusive
    bool isJson = false;   ///< the body is, wherever the model stands
};

/// Of files, their uploads and batches no body is read: what a client keeps somewhere is no request for a model.
/// Error: BadRequest, for a body that says that it is JSON and is not.
Result<ServiceModel> findServiceModel(const http::Request &request, const Route &route);

/// The body with `model` in that place, or added to it where none is named and there is a place for it; no other byte
/// changes.
QByteArray bodyWithModel(const http::Request &request, const Route &route, const ServiceModel &place,
                         const std::string &model);

/// The query's own "model", decoded; or empty.
std::string modelInQuery(const http::Request &request);

std::string queryWithModel(const std::string &query, const std::string &model);

/// By its content-type, or by its first byte where there is none or the one that curl makes up.
bool hasJson(const http::Request &request);

/// JSON that is read and whose content-type does not say so.
bool isBareJson(const http::Request &request, const Route &route);

} // namespace pm
