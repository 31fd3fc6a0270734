// SPDX-License-Identifier: GPL-3.0-or-later
#include "providers/provider.h"

// The vendors that are known without configuration. Base URLs, environment names and deviations are the
// vendors' own documentation and SDKs; a row says only what differs from the reference servers of its format.
namespace pm {

namespace {

constexpr DialectId kChat = DialectId::OpenAiChat;
constexpr DialectId kMessages = DialectId::AnthropicMessages;
constexpr DialectId kResponses = DialectId::OpenAiResponses;
constexpr DialectId kCompletions = DialectId::OpenAiCompletions;
constexpr DialectId kOllama = DialectId::Ollama;
constexpr DialectId kGoogle = DialectId::Gemini;
constexpr AuthKind kBearer = AuthKind::Bearer;

/// The reference itself, and those that mirror it closely (images in tool messages are refused there too).
constexpr Quirks kOpenAi{.developerRole = true, .noToolContentParts = true, .customTools = true, .keepsResponses = true};
/// Knows max_completion_tokens but not the developer role.
constexpr Quirks kNear{.noToolContentParts = true};
/// What every OpenAI-compatible server understands: max_tokens, text in tool messages.
constexpr Quirks kCompatible{.maxTokensOnly = true, .noToolContentParts = true};
/// Relays content parts to the vendors behind it.
constexpr Quirks kRelay{.maxTokensOnly = true};
/// Compatible, with its own way to ask for reasoning.
constexpr Quirks kAlibaba{
    .maxTokensOnly = true, .noToolContentParts = true, .deviations = {.thinking = ThinkingField::Enable}};
/// Its own way to ask for reasoning, and json_object without a schema is all that it takes.
constexpr Quirks kJsonObjectOnly{
    .maxTokensOnly = true,
    .noToolContentParts = true,
    .noStructuredOutput = true,
    .deviations = {.noForcedTool = true, .thinking = ThinkingField::Type, .toolStream = true}};
constexpr Quirks kMistral{.maxTokensOnly = true,
                          .noStreamOptions = true,
                          .noReasoningEffort = true,
                          .requiredIsAny = true,
                          .noToolContentParts = true,
                          .strictFields = true,
                          .deviations = {.randomSeed = true, .nineCharIds = true, .answerAfterTool = true}};
/// Answers 400 or 422 to fields it does not know.
constexpr Quirks kStrict{.noToolContentParts = true, .strictFields = true, .deviations = {.oneAnswer = true}};
constexpr Quirks kGroq{.noToolContentParts = true,
                       .deviations = {.noNames = true, .noLogprobs = true, .noLogitBias = true, .oneAnswer = true}};
constexpr Quirks kCerebras{
    .noToolContentParts = true,
    .strictFields = true,
    .deviations = {.noLogitBias = true, .noPenalties = true, .oneAnswer = true, .strictAllOrNone = true}};
constexpr Quirks kSambaNova{.maxTokensOnly = true,
                            .noToolContentParts = true,
                            .deviations = {.noLogprobs = true, .noPenalties = true, .oneAnswer = true}};
constexpr Quirks kPerplexity{
    .maxTokensOnly = true, .noToolContentParts = true, .deviations = {.alternates = true, .noTools = true}};
constexpr Quirks kOpenRouter{.maxTokensOnly = true,
                             .deviations = {.reasoningDetails = true, .thinking = ThinkingField::Reasoning}};
/// reasoning_content must come back on the assistant turns of a tool loop.
constexpr Quirks kDeepSeek{.maxTokensOnly = true,
                           .echoReasoning = true,
                           .noToolContentParts = true,
                           .noStructuredOutput = true,
                           .deviations = {.thinking = ThinkingField::Type}};
constexpr Quirks kMoonshot{
    .maxTokensOnly = true,
    .echoReasoning = true,
    .noToolContentParts = true,
    .deviations = {.noForcedTool = true, .mostTemperature = 1, .thinking = ThinkingField::Type}};
/// Refuses tool schemas without "properties".
constexpr Quirks kLmStudio{.maxTokensOnly = true, .emptyToolProperties = true, .noToolContentParts = true};
/// Takes its own thinking back, and images beside text alone.
constexpr Quirks kCohere{.echoReasoning = true, .noToolContentParts = true};
constexpr Quirks kNone{};

std::vector<ProviderRow> makeRows()
{
    // clang-format off
    return {
    //  name, title, dialect, base URL, auth, environment, key page, signature family, local, quirks, colour
    {"openai", "OpenAI", kChat, "https://api.openai.com/v1", kBearer, {"OPENAI_API_KEY"},
     "https://platform.openai.com/api-keys", "openai", false, kOpenAi, "#10a37f", {{kResponses, ""}, {kCompletions, ""}}},
    {"anthropic", "Anthropic", kMessages, "https://api.anthropic.com/v1", AuthKind::XApiKey, {"ANTHROPIC_API_KEY"},
     "https://console.anthropic.com/settings/keys", "anthropic", false, kNone, "#d97757"},
    // Chat clients are translated too, although Google speaks their format at /openai: there a call's thought signature
    // travels in a field that most of them drop, and Gemini 3 then refuses the next step. Embeddings have no such trouble.
    {"gemini", "Google Gemini", kGoogle, "https://generativelanguage.googleapis.com/v1beta", AuthKind::GoogleKey,
     {"GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"},
     "https://aistudio.google.com/apikey", "gemini", false, kNone, "#4285f4",
     {{kChat, "https://generativelanguage.googleapis.com/v1beta/openai", true, kBearer}}},
    // Gemini and Claude at Google Cloud. This address is express mode's; a project in the configuration gives the
    // others, see vertexUrl.
    {"vertex", "Google Vertex AI", kGoogle, "https://aiplatform.googleapis.com/v1beta1/publishers/google",
     AuthKind::GoogleCloud, {"GOOGLE_APPLICATION_CREDENTIALS", "VERTEX_API_KEY"},
     "https://console.cloud.google.com/vertex-ai", "gemini", false, kNone, "#1a73e8"},
    {"mistral", "Mistral", kChat, "https://api.mistral.ai/v1", kBearer, {"MISTRAL_API_KEY"},
     "https://console.mistral.ai/api-keys", "", false, kMistral, "#fa9a0f"},
    {"groq", "Groq", kChat, "https://api.groq.com/openai/v1", kBearer, {"GROQ_API_KEY"},
     "https://console.groq.com/keys", "", false, kGroq, "#f55036"},
    {"deepseek", "DeepSeek", kChat, "https://api.deepseek.com", kBearer, {"DEEPSEEK_API_KEY"},
     "https://platform.deepseek.com/api_keys", "", false, kDeepSeek, "#4d6bfe"},
    {"xai", "xAI", kChat, "https://api.x.ai/v1", kBearer, {"XAI_API_KEY"},
     "https://console.x.ai", "", false, kNear, "#5c6b7a"},
    {"cohere", "Cohere", DialectId::Cohere, "https://api.cohere.com/v2", kBearer, {"COHERE_API_KEY", "CO_API_KEY"},
     "https://dashboard.cohere.com/api-keys", "", false, kCohere, "#39594d"},
    {"openrouter", "OpenRouter", kChat, "https://openrouter.ai/api/v1", kBearer, {"OPENROUTER_API_KEY"},
     "https://openrouter.ai/settings/keys", "openrouter", false, kOpenRouter, "#6467f2", {{kCompletions, ""}}},
    {"together", "Together AI", kChat, "https://api.together.xyz/v1", kBearer, {"TOGETHER_API_KEY"},
     "https://api.together.ai/settings/api-keys", "", false, kCompatible, "#0f6fff", {{kCompletions, ""}}},
    {"fireworks", "Fireworks AI", kChat, "https://api.fireworks.ai/inference/v1", kBearer, {"FIREWORKS_API_KEY"},
     "https://fireworks.ai/account/api-keys", "", false, kCompatible, "#7b3fe4", {{kCompletions, ""}}},
    {"perplexity", "Perplexity", kChat, "https://api.perplexity.ai", kBearer, {"PERPLEXITY_API_KEY"},
     "https://www.perplexity.ai/settings/api", "", false, kPerplexity, "#20808d"},
    {"cerebras", "Cerebras", kChat, "https://api.cerebras.ai/v1", kBearer, {"CEREBRAS_API_KEY"},
     "https://cloud.cerebras.ai", "", false, kCerebras, "#e8552d"},
    {"sambanova", "SambaNova", kChat, "https://api.sambanova.ai/v1", kBearer, {"SAMBANOVA_API_KEY"},
     "https://cloud.sambanova.ai/apis", "", false, kSambaNova, "#ee7624"},
    {"nvidia", "NVIDIA NIM", kChat, "https://integrate.api.nvidia.com/v1", kBearer, {"NVIDIA_API_KEY", "NIM_API_KEY"},
     "https://build.nvidia.com/settings/api-keys", "", false, kCompatible, "#76b900"},
    {"huggingface", "Hugging Face", kChat, "https://router.huggingface.co/v1", kBearer,
     {"HF_TOKEN", "HUGGINGFACE_API_KEY"},
     "https://huggingface.co/settings/tokens", "", false, kCompatible, "#ffb000"},
    {"deepinfra", "DeepInfra", kChat, "https://api.deepinfra.com/v1/openai", kBearer, {"DEEPINFRA_API_KEY"},
     "https://deepinfra.com/dash/api_keys", "", false, kCompatible, "#2a6fdb", {{kCompletions, ""}}},
    {"moonshot", "Moonshot AI", kChat, "https://api.moonshot.ai/v1", kBearer, {"MOONSHOT_API_KEY"},
     "https://platform.moonshot.ai/console/api-keys", "", false, kMoonshot, "#16a3b8"},
    {"kimi", "Kimi for coding", kMessages, "https://api.kimi.com/coding/v1", kBearer, {"KIMI_API_KEY"},
     "https://www.kimi.com/coding", "kimi", false, kNone, "#1783ff"},
    {"zai", "Z.AI", kChat, "https://api.z.ai/api/paas/v4", kBearer, {"ZAI_API_KEY", "ZHIPU_API_KEY"},
     "https://z.ai/manage-apikey/apikey-list", "", false, kJsonObjectOnly, "#2d6a9f"},
    {"zhipu", "Zhipu AI", kChat, "https://open.bigmodel.cn/api/paas/v4", kBearer, {"ZHIPU_API_KEY"},
     "https://open.bigmodel.cn/usercenter/apikeys", "", false, kJsonObjectOnly, "#3859ff"},
    {"alibaba", "Alibaba Model Studio", kChat, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", kBearer,
     {"DASHSCOPE_API_KEY", "ALIBABA_API_KEY"},
     "https://modelstudio.console.alibabacloud.com", "", false, kAlibaba, "#ff6a00"},
    {"minimax", "MiniMax", kMessages, "https://api.minimax.io/anthropic/v1", kBearer, {"MINIMAX_API_KEY"},
     "https://platform.minimax.io/user-center/basic-information/interface-key", "minimax", false, kNone, "#e73562"},
    {"xiaomi", "Xiaomi MiMo", kMessages, "https://api.xiaomimimo.com/anthropic/v1", kBearer, {"XIAOMI_API_KEY"},
     "https://platform.xiaomimimo.com", "xiaomi", false, kNone, "#ff6700"},
    {"bedrock", "Amazon Bedrock", DialectId::Bedrock, "https://bedrock-runtime.REGION.amazonaws.com", AuthKind::Aws,
     {"AWS_BEARER_TOKEN_BEDROCK"},
     "https://console.aws.amazon.com/bedrock/home#/api-keys", "", false, kNone, "#ff9900", {{kMessages, ""}}},
    {"azure", "Azure OpenAI", kChat, "", AuthKind::ApiKey, {"AZURE_OPENAI_API_KEY", "AZURE_API_KEY"},
     "https://portal.azure.com", "openai", false, kOpenAi, "#0078d4", {{kResponses, ""}}},
    {"github-models", "GitHub Models", kChat, "https://models.github.ai/inference", kBearer, {"GITHUB_TOKEN"},
     "https://github.com/settings/tokens", "openai", false, kOpenAi, "#6e40c9"},
    {"vercel", "Vercel AI Gateway", kChat, "https://ai-gateway.vercel.sh/v1", kBearer, {"AI_GATEWAY_API_KEY"},
     "https://vercel.com/dashboard/ai-gateway/api-keys", "", false, kRelay, "#7a7a7a"},
    {"cloudflare", "Cloudflare Workers AI", kChat, "", kBearer, {"CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"},
     "https://dash.cloudflare.com/profile/api-tokens", "", false, kCompatible, "#f38020"},
    {"opencode", "OpenCode Zen", kChat, "https://opencode.ai/zen/v1", kBearer, {"OPENCODE_API_KEY"},
     "https://opencode.ai/auth", "", false, kCompatible, "#b58900"},
    {"ollama-cloud", "Ollama Cloud", kChat, "https://ollama.com/v1", kBearer, {"OLLAMA_API_KEY"},
     "https://ollama.com/settings/keys", "", false, kCompatible, "#a0a0a0",
     // Its models have their whole window always: OpenAI's format loses nothing, and Ollama's own clients pass through.
     {{kOllama, "https://ollama.com"}}},
    {"nebius", "Nebius Token Factory", kChat, "https://api.tokenfactory.nebius.com/v1", kBearer, {"NEBIUS_API_KEY"},
     "https://tokenfactory.nebius.com", "", false, kCompatible, "#8fae1b"},
    {"novita", "Novita AI", kChat, "https://api.novita.ai/openai", kBearer, {"NOVITA_API_KEY"},
     "https://novita.ai/settings/key-management", "", false, kCompatible, "#23c269"},
    {"siliconflow", "SiliconFlow", kChat, "https://api.siliconflow.com/v1", kBearer, {"SILICONFLOW_API_KEY"},
     "https://cloud.siliconflow.com/account/ak", "", false, kCompatible, "#7c4dff"},
    {"hyperbolic", "Hyperbolic", kChat, "https://api.hyperbolic.xyz/v1", kBearer, {"HYPERBOLIC_API_KEY"},
     "https://app.hyperbolic.xyz/settings", "", false, kCompatible, "#c026d3"},
    {"baseten", "Baseten", kChat, "https://inference.baseten.co/v1", kBearer, {"BASETEN_API_KEY"},
     "https://app.baseten.co/settings/api_keys", "", false, kCompatible, "#0f9d58"},
    {"scaleway", "Scaleway", kChat, "https://api.scaleway.ai/v1", kBearer, {"SCALEWAY_API_KEY"},
     "https://console.scaleway.com/iam/api-keys", "", false, kCompatible, "#521094"},
    {"ovhcloud", "OVHcloud AI Endpoints", kChat, "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", kBearer,
     {"OVHCLOUD_API_KEY"},
     "https://endpoints.ai.cloud.ovh.net", "", false, kCompatible, "#000e9c"},
    {"chutes", "Chutes", kChat, "https://llm.chutes.ai/v1", kBearer, {"CHUTES_API_KEY"},
     "https://chutes.ai/app/api", "", false, kCompatible, "#d4a017"},
    {"llama", "Meta Llama API", kChat, "https://api.llama.com/compat/v1", kBearer, {"LLAMA_API_KEY"},
     "https://llama.developer.meta.com", "", false, kCompatible, "#0467df"},
    {"upstage", "Upstage", kChat, "https://api.upstage.ai/v1/solar", kBearer, {"UPSTAGE_API_KEY"},
     "https://console.upstage.ai/api-keys", "", false, kCompatible, "#805cfb"},
    {"inference", "Inference.net", kChat, "https://inference.net/v1", kBearer, {"INFERENCE_API_KEY"},
     "https://inference.net/dashboard/api-keys", "", false, kCompatible, "#d6336c"},
    {"requesty", "Requesty", kChat, "https://router.requesty.ai/v1", kBearer, {"REQUESTY_API_KEY"},
     "https://app.requesty.ai/api-keys", "", false, kRelay, "#12b886"},
    {"friendli", "Friendli", kChat, "https://api.friendli.ai/serverless/v1", kBearer, {"FRIENDLI_TOKEN"},
     "https://friendli.ai/suite/setting/tokens", "", false, kCompatible, "#1f5eff"},
    {"venice", "Venice AI", kChat, "https://api.venice.ai/api/v1", kBearer, {"VENICE_API_KEY"},
     "https://venice.ai/settings/api", "", false, kCompatible, "#c8453a"},
    // Local servers. A key is sent when one is stored, and none is needed.
    // Only its own API takes the size of the context window, and with the default one the server cuts the start off long
    // prompts without a word. So clients of all formats are translated to it; what it serves under /v1 would pass their
    // bytes untouched, and lose half of what they say. It is still there for direct calls: /ollama/v1/...
    {"ollama", "Ollama", kOllama, "http://127.0.0.1:11434", AuthKind::None, {}, "", "", true, kNone, "#8a8a8a"},
    {"lmstudio", "LM Studio", kChat, "http://127.0.0.1:1234/v1", kBearer, {"LM_API_TOKEN", "LMSTUDIO_API_KEY"},
     "", "", true, kLmStudio, "#9a6bff", {{kCompletions, ""}}},
    {"llamacpp", "llama.cpp", kChat, "http://127.0.0.1:8080/v1", kBearer, {}, "", "", true, kCompatible, "#c47f3a", {{kCompletions, ""}}},
    {"vllm", "vLLM", kChat, "http://127.0.0.1:8000/v1", kBearer, {"VLLM_API_KEY"}, "", "", true, kCompatible, "#30a2ff", {{kCompletions, ""}}},
    // Built in: providers/demo.h.
    {"demo", "Demo", kChat, "demo:", AuthKind::None, {}, "", "", false, kNone, "#b0b8c4"},
    };
    // clang-format on
}

} // namespace

const std::vector<ProviderRow> &providerRows()
{
    static const std::vector<ProviderRow> rows = makeRows();
    return rows;
}

const ProviderRow *findProviderRow(std::string_view name)
{
    for (const ProviderRow &row : providerRows()) {
        if (row.name == name)
            return &row;
    }
    return nullptr;
}

} // namespace pm
