// SPDX-License-Identifier: GPL-3.0-or-later
// The scripted providers are what they say: the SDKs of their own formats take them, with no gateway between.
import {withoutGateway} from './matrix.mjs';
import {anthropic} from './wire_anthropic.mjs';
import {gemini} from './wire_gemini.mjs';
import {ollama} from './wire_ollama.mjs';
import {openAi} from './wire_openai.mjs';
import {responses} from './wire_responses.mjs';

await withoutGateway([openAi, responses, anthropic, gemini, ollama]);
