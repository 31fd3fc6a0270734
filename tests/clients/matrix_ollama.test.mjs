// SPDX-License-Identifier: GPL-3.0-or-later
import {matrix} from './matrix.mjs';
import {ollama} from './wire_ollama.mjs';

await matrix(ollama);
