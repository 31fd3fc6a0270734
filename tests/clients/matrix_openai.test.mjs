// SPDX-License-Identifier: GPL-3.0-or-later
import {matrix} from './matrix.mjs';
import {openAi} from './wire_openai.mjs';

await matrix(openAi);
