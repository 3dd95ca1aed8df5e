import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SuiteRef } from '../config/index.js';
import { errorMessage, plainLine, type SeededRandom } from '../core/index.js';
import { ProbeError } from './errors.js';
import { problemLine, sourceProblems } from './suite-problems.js';
import { type DynamicPrompt, readSuite, type Suite, slotPattern } from './suite-source.js';

const builtIn = new URL('../../data/suites/', import.meta.url);
const maxBytes = 4 * 1024 * 1024;

/** The ids of the suites that ship with Twinwatch, in alphabetical order. */
export function builtInSuiteIds(): string[] {
  return readdirSync(builtIn)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** Loads a suite that ships with Twinwatch, or one of the user's own. @throws ProbeError naming file and reason */
export function loadSuite(ref: SuiteRef): Suite {
  const { path, text } = readSuiteFile(ref);
  return parseSuite(text, path);
}

/** The text of a suite's file. @throws ProbeError when there is none, or it is no small text file */
export function readSuiteFile(ref: SuiteRef): { readonly path: string; readonly text: string } {
  const path = ref.kind === 'file' ? ref.path : fileURLToPath(new URL(`${ref.id}.yaml`, builtIn));
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new ProbeError('it is not a regular file');
    if (stat.size > maxBytes) throw new ProbeError('it is larger than 4 MiB');
    const bytes = readFileSync(path);
    if (!isUtf8(bytes)) throw new ProbeError('it is not UTF-8 text');
    return { path, text: new TextDecoder().decode(bytes) };
  } catch (cause) {
    const name =
      ref.kind === 'file'
        ? `the suite file ${plainLine(path)}`
        : `a built-in suite called "${plainLine(ref.id)}"`;
    throw new ProbeError(`${name} can't be read: ${errorMessage(cause)}`, { cause });
  }
}

/** Reads a suite from YAML text; `path` is only named in errors. @throws ProbeError with everything that is wrong */
export function parseSuite(text: string, path: string): Suite {
  const source = readSuite(text);
  if (source.suite) return source.suite;
  throw new ProbeError(
    sourceProblems(source)
      .slice(0, 20)
      .map((problem) => problemLine(path, problem))
      .join('\n'),
  );
}

/** Fills a template's slots from `random`; a slot that is used twice has the same word both times. */
export function fillTemplate(prompt: DynamicPrompt, random: SeededRandom): string {
  const filled = new Map<string, string>();
  return prompt.template.replaceAll(slotPattern, (_, name: string) => {
    const word = filled.get(name) ?? random.pick(prompt.slots[name] ?? []);
    filled.set(name, word);
    return word;
  });
}
