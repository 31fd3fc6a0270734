// SPDX-License-Identifier: GPL-3.0-or-later
import {matrix} from './matrix.mjs';
import {responses} from './wire_responses.mjs';

await matrix(responses);
