// SPDX-License-Identifier: GPL-3.0-or-later
import {matrix} from './matrix.mjs';
import {anthropic} from './wire_anthropic.mjs';

await matrix(anthropic);
