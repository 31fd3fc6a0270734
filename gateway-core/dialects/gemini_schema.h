// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

#include <string>
#include <string_view>

// Schemas both ways. For the Gemini dialect's own files only. Pure functions.
namespace pm::gemini {

/// JSON Schema of what the API's own Schema (a subset of OpenAPI's) says: types in lower case, nullable as a type.
std::string jsonSchemaOf(json::Element schema);

/// The API's own Schema of a JSON Schema: references put in their places, constants as enums, everything that it does
/// not know left out and named in `losses`. Empty for an object without properties. `at` names it: "tools[0]".
/// Error: BadRequest for what is no JSON, NotSupported for what unfolds without end.
Result<std::string> ownSchema(std::string_view schema, const std::string &at, Losses &losses);

/// A JSON Schema as `parametersJsonSchema` takes it, of type object; empty for one without properties.
Result<std::string> objectSchema(std::string_view schema, const std::string &at, Losses &losses);

} // namespace pm::gemini
