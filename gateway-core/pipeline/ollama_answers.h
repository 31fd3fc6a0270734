// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/local_answers.h"

#include <string_view>

namespace pm {

/// What Ollama's clients ask beside answers of models, from our own lists: tags, show, ps, version, by `route.variant`.
/// What changes a server's models (pull, create, ...) is an error that says where to do it. Plain function.
LocalAnswer ollamaAnswer(const Route &route, std::string_view body, const Snapshot &snapshot, const Caller &caller = {});

/// The answer to a request that only loads or unloads a model (`ollama run` begins with one), where the model is on no
/// Ollama server: there is nothing to load. `now` in Unix seconds.
LocalAnswer ollamaLoaded(const Route &route, std::string_view body, std::int64_t now);

} // namespace pm
