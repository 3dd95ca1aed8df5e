import { plainText } from '../../core/index.js';
import type { FindingExample } from '../../fingerprint/index.js';
import type { AlertContent } from '../content.js';
import { alertWording, LABELS, whyWording } from '../wording.js';

/** The plain-text part. `operator` is the From address. */
export function renderEmailText(content: AlertContent, operator: string): string {
  const { watch, listed, released, report } = content;
  const words = alertWording(content);
  const example = report.findings.flatMap((finding) => finding.examples)[0];
  const lines = [
    words.headline,
    words.size,
    '',
    `${LABELS.watch}: ${watch.title} (${watch.id})`,
    `${LABELS.claim}: ${words.claim}`,
    `${LABELS.listed}: ${listed.model} at ${listed.host}`,
    `${LABELS.released}: ${released.model} at ${released.host}`,
    ...section(LABELS.seen, words.seen),
    '',
    ...words.findings.map((finding) => `- ${finding.sentence} ${finding.interval}`),
    ...words.words.map((line) => `- ${line}`),
    ...(example === undefined ? [] : exampleLines(example)),
    ...section(LABELS.howSure, words.howSure, words.conditions),
    ...section(LABELS.notMeant, words.notMeant),
    ...section(LABELS.evidence, words.evidence),
    ...section(LABELS.why, whyWording(operator)),
  ];
  return `${plainText(lines.join('\n'))}\n`;
}

function section(title: string, ...paragraphs: string[]): string[] {
  return ['', title.toUpperCase(), ...paragraphs];
}

function exampleLines(example: FindingExample): string[] {
  return [
    ...section(LABELS.example),
    ...quote(LABELS.prompt, example.prompt),
    ...quote(LABELS.listed, example.listed),
    ...quote(LABELS.released, example.released),
  ];
}

// Quoted line by line, so that no answer can pass for this message's own words.
function quote(label: string, text: string): string[] {
  return [`${label}:`, ...text.split('\n').map((line) => `> ${line}`)];
}
