import type { SeededRandom } from '../core/index.js';
import type { Grammar, Shape, Variant } from './grammar.js';
import type { PromptTraits } from './read-prompt.js';
import { Writer } from './writer.js';

/** Choices that hold for one whole answer. */
interface Layout {
  readonly writer: Writer;
  readonly variant: Variant;
  readonly traits: PromptTraits;
  readonly headings: boolean;
  readonly level: string;
  readonly bullet: string;
}

/**
 * Writes one answer in Markdown: an opening, sections in the layouts that suit the kind of prompt,
 * a closing; how long, how marked up and in which words is up to the variant and the random stream.
 * A pure function of its arguments.
 */
export function composeAnswer(
  grammar: Grammar,
  variant: Variant,
  traits: PromptTraits,
  random: SeededRandom,
): string {
  const writer = new Writer(grammar, variant, traits, random);
  const typical = traits.kind.length * variant.length * traits.length;
  const sentences = Math.max(1, Math.round(typical * Math.exp(0.4 * writer.bell())));
  const layout: Layout = {
    writer,
    variant,
    traits,
    headings: sentences >= 5 && writer.chance(variant.headings),
    level: writer.chance(0.6) ? '##' : '###',
    bullet: writer.chance(0.85) ? '-' : '*',
  };
  const blocks: string[] = [];
  if (writer.chance(variant.opening)) blocks.push(finish(layout, writer.say('opening')));
  blocks.push(...sections(layout, sentences));
  if (writer.chance(variant.closing)) blocks.push(finish(layout, writer.say('closing')));
  return blocks.join('\n\n');
}

function sections(layout: Layout, sentences: number): string[] {
  const { writer, variant, traits } = layout;
  const weights = Object.entries(traits.kind.shapes) as [Shape, number][];
  // One table or block of code is enough; and without headings, two lists in a row would run together.
  const spent = new Set<Shape>();
  let last: Shape = 'paragraph';
  const weigh = ([shape, weight]: [Shape, number]): number => {
    if (shape === 'paragraph') return weight;
    return spent.has(shape) || (last !== 'paragraph' && !layout.headings) ? 0 : weight * variant.lists;
  };
  const blocks: string[] = [];
  for (let left = sentences; left > 0; ) {
    const shape = weights[writer.weighted(weights.map(weigh))]?.[0] ?? 'paragraph';
    const size = shape === 'paragraph' ? writer.between(2, 4) : writer.between(3, 6);
    if (shape === 'table' || shape === 'code') spent.add(shape);
    last = shape;
    if (layout.headings) blocks.push(heading(layout));
    blocks.push(section(layout, shape, Math.min(size, left)));
    left -= size;
  }
  return blocks;
}

function heading({ writer, variant, traits, level }: Layout): string {
  const emoji = writer.chance(variant.emoji * 2) ? `${writer.say('emoji')} ` : '';
  return `${level} ${emoji}${capital(writer.sayFresh(`${traits.kind.id}-heading`))}`;
}

function section(layout: Layout, shape: Shape, size: number): string {
  const { writer } = layout;
  const times = <T>(make: (i: number) => T): T[] => Array.from({ length: size }, (_, i) => make(i));
  switch (shape) {
    case 'paragraph':
      return times(() => finish(layout, sentence(layout))).join(' ');
    case 'bullets':
      return `${listIntro(layout)}${times(() => `${layout.bullet} ${entry(layout)}`).join('\n')}`;
    case 'steps':
      return `${listIntro(layout)}${times((i) => `${i + 1}. ${entry(layout)}`).join('\n')}`;
    case 'table':
      return table(layout, size);
    case 'code':
      return writer.say('code-block').trimEnd();
    case 'verse':
      return times((i) => `${capital(writer.sayFresh('verse-line'))}${i === size - 1 ? '.' : ','}`).join(
        '\n',
      );
  }
}

function listIntro({ writer, headings }: Layout): string {
  return writer.chance(headings ? 0.3 : 0.7) ? `${capital(writer.sayFresh('list-intro'))}\n\n` : '';
}

function entry(layout: Layout): string {
  const { writer, variant } = layout;
  const text = finish(layout, sentence(layout));
  if (writer.chance(variant.boldLead)) return `**${capital(writer.sayFresh('lead'))}:** ${text}`;
  return writer.chance(0.3) ? `${capital(writer.sayFresh('lead'))}: ${text}` : text;
}

function table({ writer, traits }: Layout, rows: number): string {
  const left = capital(traits.topics[0] ?? '');
  const right = capital(traits.topics[1] ?? writer.say('aspect'));
  const lines = [`| | ${left} | ${right} |`, '| --- | --- | --- |'];
  for (let i = 0; i < rows; i += 1) {
    lines.push(`| ${capital(writer.sayFresh('lead'))} | ${writer.say('cell')} | ${writer.say('cell')} |`);
  }
  return lines.join('\n');
}

function sentence({ writer, traits }: Layout): string {
  return writer.sayFresh(writer.chance(traits.kind.generic) ? 'sentence' : `${traits.kind.id}-sentence`);
}

/** Capital letter, end mark, now and then an emoji. */
function finish({ writer, variant }: Layout, text: string): string {
  const worded = text.replace(/\b([Aa]) (?=[aeio])/g, '$1n ');
  const marked = /[.!?:…”]$/.test(worded) ? worded : `${worded}${writer.chance(variant.exclaim) ? '!' : '.'}`;
  return capital(writer.chance(variant.emoji) ? `${marked} ${writer.say('emoji')}` : marked);
}

function capital(text: string): string {
  const at = text.startsWith('**') ? 2 : 0;
  return `${text.slice(0, at)}${text.charAt(at).toUpperCase()}${text.slice(at + 1)}`;
}
