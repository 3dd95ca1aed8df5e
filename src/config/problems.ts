import type { ConfigProblem } from './errors.js';
import { type Finding, pathText } from './findings.js';
import type { YamlSource } from './yaml-source.js';

/** Looking up the place of a finding takes a walk; past this many, nobody reads on. */
const maxFindings = 500;

/**
 * Findings as problems of a file, in its order, one for each key: what follows from a first mistake would only distract.
 */
export function problemsOf(findings: readonly Finding[], source: YamlSource, file: string): ConfigProblem[] {
  const byKey = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${pathText(finding.path)}${finding.path.length === 0 ? (finding.at ?? '') : ''}`;
    if (!byKey.has(key)) byKey.set(key, finding);
  }
  return [...byKey.values()]
    .slice(0, maxFindings)
    .map((finding) => ({
      file,
      ...source.place(finding),
      key: pathText(finding.path),
      reason: finding.reason,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
