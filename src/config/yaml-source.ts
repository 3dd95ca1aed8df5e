import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
} from 'yaml';
import { errorMessage } from '../core/index.js';
import type { Finding, Path } from './findings.js';

/** A parsed YAML text: its plain data, and where each value stands. */
export interface YamlSource {
  /** null when `fatal`. */
  readonly data: unknown;
  readonly findings: readonly Finding[];
  /** The data can't be trusted or walked: nothing more can be said before these findings are dealt with. */
  readonly fatal: boolean;
  place(finding: Finding): Place;
}

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const maxDepth = 32;
const maxAliases = 50;

/** Parses YAML 1.2 without merge keys and tags, safe against alias bombs, cycles and deep nesting. Never throws. */
export function readYaml(text: string): YamlSource {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    return fatal([{ path: [], reason: 'holds a NUL byte: this is not a text file' }], () => place);
  }
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeAt = (finding: Finding): Place => placeOf(typeof finding.at === 'number' ? finding.at : 0);
  try {
    const doc = parse(text, lines);
    const syntax = syntaxFindings(doc);
    if (syntax.length > 0) return fatal(syntax, placeAt);
    const place = (finding: Finding): Place => placeOf(offsetOf(doc, finding));
    const data: unknown = doc.toJS({ maxAliasCount: maxAliases });
    const unsafe = unsafeFindings(data);
    if (unsafe.length > 0) return fatal(unsafe, place);
    return { data, findings: findRepeats(doc.contents, []), fatal: false, place };
  } catch (cause) {
    return fatal([{ path: [], reason: parserReason(errorMessage(cause)) }], placeAt);
  }
}

function fatal(findings: readonly Finding[], place: YamlSource['place']): YamlSource {
  return { data: null, findings, fatal: true, place };
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed {
  return parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: true,
    resolveKnownTags: false,
    // The parser compares each key with each other one; findRepeats needs one pass.
    uniqueKeys: false,
  });
}

function syntaxFindings(doc: Document.Parsed): Finding[] {
  return [...doc.errors, ...doc.warnings].map(({ message, pos }) => ({
    path: [],
    reason: parserReason(message),
    at: pos[0],
  }));
}

function parserReason(message: string): string {
  if (message.includes('call stack')) return 'is nested too deeply';
  if (message.startsWith('Unresolved tag')) return 'tags (words that start with !) are not supported';
  if (message.startsWith('Source contains multiple documents')) return 'holds several documents; one is read';
  if (message.startsWith('Excessive alias count'))
    return `uses aliases (*name) too often; ${maxAliases} are allowed`;
  return `is not YAML: ${message}`;
}

/** Data that no schema can walk: cycles, and more levels than any watch file has. */
function unsafeFindings(data: unknown): Finding[] {
  const findings: Finding[] = [];
  const above = new Set<unknown>();
  const seen = new Set<unknown>();
  const walk = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    if (above.has(value)) findings.push({ path, reason: 'holds itself (an alias inside its own anchor)' });
    else if (path.length > maxDepth) findings.push({ path, reason: 'is nested too deeply' });
    else if (!seen.has(value)) {
      seen.add(value);
      above.add(value);
      const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
      for (const [key, item] of entries) walk(item, [...path, key]);
      above.delete(value);
    }
  };
  walk(data, []);
  return findings;
}

function findRepeats(node: unknown, path: Path): Finding[] {
  if (isSeq(node)) return node.items.flatMap((item, i) => findRepeats(item, [...path, i]));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap((pair) => {
    const key = keyOf(pair);
    const here = [...path, key];
    const repeated = seen.has(key);
    seen.add(key);
    const repeat: Finding[] = repeated
      ? [{ path: here, reason: 'is given twice', at: startOf(pair.key) ?? 0 }]
      : [];
    return [...repeat, ...findRepeats(pair.value, here)];
  });
}

/** The offset of a finding's value or key; of the nearest thing around it where the file has no such key. */
function offsetOf(doc: Document.Parsed, finding: Finding): number {
  if (typeof finding.at === 'number') return finding.at;
  let node: unknown = doc.contents;
  let offset = startOf(node) ?? 0;
  for (const step of finding.path) {
    if (isAlias(node)) node = node.resolve(doc);
    if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find((candidate) => keyOf(candidate) === step);
      if (pair === undefined) break;
      node = pair.value;
      const key = startOf(pair.key) ?? offset;
      // Where a map or a list follows on later lines, its key is the better place to look at.
      offset = finding.at === 'key' || isMap(node) || isSeq(node) ? key : (startOf(node) ?? key);
    } else break;
  }
  return offset;
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function startOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}
