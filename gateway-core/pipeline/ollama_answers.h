// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/local_answers.h"

#include <string_view>

namespace pm {

/// What Ollama's clients ask beside answers of models, from our own lists: tags, show, ps, version, by `route.variant`.
/// What changes a server's models (pull, create, ...) is an error that says where to do it. Plain function.
LocalAnswer ollamaAnswer(const Route &route, std::string_view body, const Snapshot &snapshot);

} // namespace pm
