// SPDX-License-Identifier: GPL-3.0-or-later
import {matrix} from './matrix.mjs';
import {gemini} from './wire_gemini.mjs';

await matrix(gemini);
