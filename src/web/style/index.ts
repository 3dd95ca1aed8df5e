import { sha256 } from '../../core/index.js';
import { BASE } from './base.js';

/** The one stylesheet. Its address holds its hash, so that it can be kept for good. */
export const stylesheet: { readonly text: string; readonly path: string } = {
  text: BASE,
  path: `/style-${sha256(BASE).slice(0, 16)}.css`,
};
