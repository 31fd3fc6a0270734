// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config_key_sections.h"
#include "config/service.h"

// The sections `providers` and `model-aliases`.
namespace pm::config {

namespace {

using T = KeyType;

constexpr Key kKeys[] = {
    {"providers", T::Names, "{}",
     "Providers besides the built-in ones, and changes to those. A built-in one needs no entry."},
    {"providers.*", T::Section, "", "Provider name: letters, digits, `-` and `_`; it is a URL segment."},
    {"providers.*.format", T::Format, "", "What it speaks. Empty: the built-in provider's own."},
    {"providers.*.base-url", T::Url, "",
     "What precedes /chat/completions or /messages, with or without a slash at its end. Needed for "
     "providers "
     "that are not built in."},
    {.path = "providers.*.api-key",
     .type = T::KeyReference,
     .sense = "Where its key is kept; several are tried in order. Missing: keychain:NAME, then the usual "
              "environment variable.",
     .synonyms = "api-keys",
     .orMany = true},
    {"providers.*.models", T::List, "[]", "Models besides those that are known."},
    {"providers.*.models.[]", T::Text, "", "Model name as the provider has it."},
    {"providers.*.services", T::List, "",
     "What it has besides conversations and embeddings, in the form of its format. Empty list: nothing. "
     "Missing: what is known of a built-in one; of others not known, so that they are asked."},
    {"providers.*.services.[]", T::Word, "",
     "A family of paths: `images` is images/generations, `speech` audio/speech.", kServiceWords},
    {"providers.*.quality", T::Names, "{}",
     "Quality rank by model, 0 to 100, for quality and balanced. Goes before the catalogue's."},
    {"providers.*.quality.*", T::Number, "", "The model's rank.", "", 0, 100},
    {"providers.*.price", T::Section, "", "USD for a million tokens, for models whose price is not known."},
    {"providers.*.price.input", T::Number, "", "Prompt tokens."},
    {"providers.*.price.output", T::Number, "", "Answer tokens."},
    {"providers.*.price.cache-read", T::Number, "", "Prompt tokens read from the provider's cache."},
    {"providers.*.price.cache-write", T::Number, "", "Prompt tokens written to the provider's cache."},
    {"providers.*.version", T::Text, "", "Value of the anthropic-version header."},
    {"providers.*.region", T::Text, "",
     "AWS region, for Bedrock. Empty: AWS_REGION, then AWS_DEFAULT_REGION, then us-east-1."},
    {"providers.*.resource", T::Text, "",
     "Azure resource: the first part of its host. Empty: AZURE_RESOURCE_NAME. Needs no `base-url` then."},
    {"providers.*.api-version", T::Text, "",
     "Azure's classic form: the deployment stands in the path and this behind it. Empty: the /openai/v1 form."},
    {"providers.*.project", T::Text, "", "Google Cloud project that Vertex is asked in. Empty: express mode, with an API key."},
    {"providers.*.location", T::Text, "", "Google Cloud location, `europe-west1`, `eu`. Empty: `global`."},
    {"providers.*.pass-client-key", T::Bool, "false", "Send the key the client sent on to this provider."},
    {"providers.*.enabled", T::Bool, "true", "false: never used, the entry stays."},
    {"providers.*.headers", T::Names, "{}", "Header fields sent with each call. Not for keys."},
    {"providers.*.headers.*", T::Text, "", "Value of the field."},

    {"model-aliases", T::Names, "{}", "Short names for models.", "", 0, 0, "model-alias"},
    {"model-aliases.*", T::Model, "", "What the alias stands for; `router/NAME` is a router."},
};

} // namespace

std::span<const Key> providerKeys()
{
    return kKeys;
}

} // namespace pm::config
