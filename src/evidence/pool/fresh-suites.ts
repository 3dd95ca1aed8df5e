import { stringify } from 'yaml';
import { canonicalText } from '../../core/index.js';
import { type PlannedTrial, promptSpace, type Suite } from '../../probes/index.js';

/** Fewer texts than this may run out before there is a verdict. */
const ENOUGH = 500;

/** Suites that ask what was not asked before. */
export interface FreshSuites {
  /** Takes a trial that has asked a prompt. */
  add(trial: PlannedTrial): void;
  /** The suites without every prompt that was asked; null where too few are left, or none. */
  suites(): readonly Suite[] | null;
}

type Template = Suite['dynamic'][number];

/**
 * Makes suites whose prompts are none of those that were asked, for certain: fixed prompts are left out, and of one slot of each
 * template every word that an asked prompt of it contains. So whoever asks them has no prompt in common with
 * whoever asked before. From a bundle of such a suite the next one can be made, disjoint from both.
 */
export function createFreshSuites(suites: readonly Suite[]): FreshSuites {
  // Of each slot the words that are left, each with the form in which it stands in a prompt.
  const templates = new Map<string, Map<string, Map<string, string>>>();
  for (const suite of suites)
    for (const { id, slots } of suite.dynamic)
      templates.set(
        `${suite.id} ${id}`,
        new Map(
          Object.entries(slots).map(([name, words]) => [
            name,
            new Map(words.map((word) => [word, canonicalText(word)])),
          ]),
        ),
      );
  return {
    add: ({ suite, promptId, prompt }) => {
      const text = canonicalText(prompt);
      for (const words of templates.get(`${suite} ${promptId}`)?.values() ?? [])
        for (const [word, form] of words) if (text.includes(form)) words.delete(word);
    },
    suites: () => {
      const fresh = suites.map((suite): Suite => {
        const dynamic = suite.dynamic.flatMap((template) =>
          narrowed(template, templates.get(`${suite.id} ${template.id}`)),
        );
        return { ...suite, id: freshId(suite.id), fixed: [], dynamic };
      });
      const asking = fresh.filter(({ dynamic }) => dynamic.length > 0);
      const texts = asking.reduce((sum, suite) => sum + promptSpace(suite).texts, 0);
      return texts < ENOUGH ? null : asking;
    },
  };
}

/** The template with the slot of which the largest part is left; none where nothing is. */
function narrowed(
  template: Template,
  left: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined,
): Template[] {
  const shares = Object.entries(template.slots).map(([name, words]) => {
    const unused = words.filter((word) => left?.get(name)?.has(word));
    return { name, unused, share: unused.length / words.length };
  });
  const [best] = shares.sort((a, b) => b.share - a.share);
  if (best === undefined || best.unused.length === 0) return [];
  return [{ ...template, slots: { ...template.slots, [best.name]: best.unused } }];
}

/** The id of a suite without the prompts that were asked. */
export function freshId(id: string): string {
  return id.endsWith('-fresh') || id.length > 58 ? id : `${id}-fresh`;
}

/** The suite as a file of its own. */
export function suiteFile({ hash: _, ...suite }: Suite): string {
  return stringify(suite, { lineWidth: 0 });
}
