// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/route.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which paths tools call, and what each means: THE TABLE is in api_paths.cpp. Plain functions.
namespace pm {

/// The prefixes that tools put before API paths. Where a base URL leaves it out, V1 is meant.
enum class ApiFamily {
    V1,     ///< "v1/": OpenAI, Anthropic
    V2,     ///< "v2/": Cohere
    V1Beta, ///< "v1beta/", "v1alpha/": Gemini; also "v1/" where the pattern names a method
    Api,    ///< "api/": Ollama
};

/// One path below a router, /ai or the root, without version prefix.
struct ApiPath
{
    ApiFamily family;         ///< which prefix it stands behind
    /// "chat/completions"; "models/{model}:countTokens" takes the model from the path, "files/*" all that is below.
    std::string_view pattern;
    Endpoint endpoint;
    std::string_view method;  ///< "GET" takes HEAD too; empty: any
    DialectId dialect;        ///< whose shape the answer and its errors have
    std::string_view variant; ///< where one dialect answers several paths differently: "generate"
    bool streams = false;     ///< the path itself asks for a stream
    std::optional<config::Service> service{}; ///< for Endpoint::Service
};

/// What a path asks for.
struct ApiMatch
{
    const ApiPath *row = nullptr;
    std::string path;  ///< without prefix and slashes at its ends
    std::string model; ///< what `{model}` stands for
    std::string_view version; ///< the prefix: "v1"; empty: none
};

/// `api` with or without its prefix. Of rows that differ in the method alone the one of `method` holds, else the first.
/// Nothing when there is no such path.
std::optional<ApiMatch> matchApiPath(std::string_view api, std::string_view method = {});

bool takesMethod(const ApiPath &row, std::string_view method);

/// "/v1/chat/completions".
std::string pathName(const ApiPath &row);

/// All of them, for messages.
std::vector<std::string> apiPathNames();

/// True for what may stand first in a bare path: "v1", "v1beta", "chat", ...
bool beginsApiPath(std::string_view segment);

} // namespace pm
