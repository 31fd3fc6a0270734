// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/http.h"
#include "http/server.h"
#include "pipeline/local_answers.h"
#include "pipeline/response_store.h"
#include "pipeline/route.h"

#include <string>

namespace pm {

/// What is answered under /v1/responses without asking a provider: an answer that was kept, its input, its deletion; that
/// there is no WebSocket; that nothing runs in the background. `store` may be null. Plain function.
LocalAnswer storedAnswer(const Route &route, const http::Request &request, ResponseStore *store,
                         const std::string &owner);

} // namespace pm
