import { sha256 } from '../../core/index.js';
import { STYLE } from '../../evidence/index.js';
import { BASE } from './base.js';

const text = `${STYLE}${BASE}`;

/** The one stylesheet. Its address holds its hash, so that it can be kept for good. */
export const stylesheet: { readonly text: string; readonly path: string } = {
  text,
  path: `/style-${sha256(text).slice(0, 16)}.css`,
};
