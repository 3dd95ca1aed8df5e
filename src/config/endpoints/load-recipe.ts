import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalJson, type Json, sha256 } from '../../core/index.js';
import { ConfigError } from '../errors.js';
import { explain, findingsOf } from '../explain.js';
import { problemsOf } from '../problems.js';
import { readSmallFile } from '../read-file.js';
import { readYaml } from '../yaml-source.js';
import type { SiteRef } from './browser.js';
import { type SiteRecipe, siteRecipeSchema } from './site-recipe.js';

/** Reads a built-in recipe, or one of the user's own. @throws ConfigError naming file, line and reason */
export function loadSiteRecipe(site: SiteRef): SiteRecipe {
  if (site.kind === 'file') {
    if (!existsSync(site.path)) throw missing(site.path, 'there is no such file');
    return parseSiteRecipe(readSmallFile(site.path), site.path);
  }
  const path = fileURLToPath(new URL(`../../../data/sites/${site.id}.yaml`, import.meta.url));
  let text: string;
  try {
    text = readSmallFile(path);
  } catch (cause) {
    const reason = `there is no built-in site called ${site.id}; a recipe of your own is named by its file, such as ./${site.id}.yaml`;
    throw missing('site', reason, cause);
  }
  return parseSiteRecipe(text, path);
}

function missing(file: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError([{ file, line: null, column: null, key: '', reason }], { cause });
}

/** The recipe whose YAML is `text`; `path` is only named in messages. @throws ConfigError naming file, line and reason */
export function parseSiteRecipe(text: string, path: string): SiteRecipe {
  const source = readYaml(text);
  const findings = [...source.findings];
  if (!source.fatal) {
    const parsed = siteRecipeSchema.safeParse(source.data, { error: explain });
    if (parsed.success && findings.length === 0) return parsed.data;
    findings.push(...(parsed.error ? findingsOf(parsed.error.issues) : []));
  }
  throw new ConfigError(problemsOf(findings, source, path));
}

/** SHA-256 of what a recipe says about reading a site: its names, terms and pacing change no answer. */
export function siteRecipeHash(recipe: SiteRecipe): string {
  const { title, verified, termsUrl, minIntervalMs, ...reading } = recipe;
  // A recipe is plain data without undefined, as the schema made it.
  return sha256(canonicalJson(reading as unknown as Json));
}
