// SPDX-License-Identifier: GPL-3.0-or-later
import {embeddings} from './embeddings.mjs';

embeddings('gemini');
