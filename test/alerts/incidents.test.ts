import { describe, expect, it } from 'vitest';
import {
  alertContent,
  deliveriesFor,
  type Incident,
  incidentOnVerdict,
  retryDelayMs,
  type VerdictChange,
} from '../../src/alerts/index.js';
import type { Verdict } from '../../src/fingerprint/index.js';
import { exampleInput, OPENED_AT } from './example.js';

function change(watchId: string, epoch: number, verdict: Verdict = 'different'): VerdictChange {
  return { watchId, epoch, verdict, severity: 'trace', at: OPENED_AT };
}

function opened(watchId: string, epoch: number): Incident {
  const incident = incidentOnVerdict(null, change(watchId, epoch));
  if (incident === null) throw new Error('no incident');
  return incident;
}

describe('incidentOnVerdict', () => {
  it('opens one incident per watch and epoch, whatever the verdicts are later', () => {
    let current: Incident | null = null;
    const ids: string[] = [];
    const verdicts: [Verdict, number][] = [
      ['undecided', 1],
      ['unreadable', 1],
      ['equivalent', 1],
      ['different', 1],
      ['different', 1],
      ['undecided', 1],
      ['different', 1],
      ['undecided', 2],
      ['different', 2],
      ['different', 2],
    ];
    for (const [verdict, epoch] of verdicts) {
      const next = incidentOnVerdict(current, change('w', epoch, verdict));
      if (next !== null) ids.push(next.id);
      current = next ?? current;
    }
    expect(ids).toEqual(['w-1', 'w-2']);
  });

  it('gives the same id again after a restart that lost the first, and a severity when the engine has none', () => {
    const again = incidentOnVerdict(null, { ...change('w', 3), severity: null, at: OPENED_AT + 5000 });
    expect(again).toEqual({ ...opened('w', 3), openedAt: OPENED_AT + 5000, severity: 'trace' });
  });

  it('makes safe ids that keep different watches apart', () => {
    const names = [
      'a',
      'a-1',
      'a/b',
      'a.b',
      'a b',
      'é',
      '',
      'x'.repeat(300),
      'x'.repeat(301),
      'a\r\nb',
      '<a>',
    ];
    const ids = names.map((name) => opened(name, 1).id);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,90}$/);
    expect(new Set([...ids, opened('a', 11).id]).size).toBe(names.length + 1);
  });
});

describe('deliveriesFor', () => {
  const content = alertContent(exampleInput());

  it('gives each place one delivery with an id that depends on incident and place alone', () => {
    const hook = {
      kind: 'webhook',
      url: 'https://a.example/in',
      secretEnv: 'ONE',
      previousSecretEnv: null,
      allowPrivateNetworks: false,
    } as const;
    const deliveries = deliveriesFor(content, [
      { kind: 'console' },
      hook,
      { ...hook, url: 'https://A.example:443/in', secretEnv: 'TWO' },
      { kind: 'email', to: 'ann@example.org' },
      { kind: 'email', to: 'Ann@Example.org' },
      { kind: 'console' },
      { kind: 'email', to: 'bob@example.org' },
    ]);
    expect(deliveries.map((d) => d.target.kind)).toEqual(['console', 'webhook', 'email', 'email']);
    for (const { id, target } of deliveries) {
      expect(id).toMatch(new RegExp(`^maverick-1-${target.kind}-[0-9a-f]{8}$`));
    }
    expect(new Set(deliveries.map((d) => d.id)).size).toBe(4);
    const restored = deliveriesFor(JSON.parse(JSON.stringify(content)), [hook]);
    expect(restored[0]?.id).toBe(deliveries[1]?.id);
  });
});

describe('retryDelayMs', () => {
  it('doubles from 1 s up to 1 h, drawing the upper half', () => {
    const longest = [1, 2, 3, 4, 12, 13, 50].map((attempt) => retryDelayMs(attempt, 0, () => 1));
    expect(longest).toEqual([1000, 2000, 4000, 8000, 2_048_000, 3_600_000, 3_600_000]);
    expect(retryDelayMs(3, 0, () => 0)).toBe(2000);
  });

  it('gives up after three days, but never before a dozen tries', () => {
    const day = 86_400_000;
    expect(retryDelayMs(100, 3 * day - 1, () => 0)).not.toBeNull();
    expect(retryDelayMs(100, 3 * day, () => 0)).toBeNull();
    expect(retryDelayMs(11, 30 * day, () => 0)).not.toBeNull();
    expect(retryDelayMs(12, 30 * day, () => 0)).toBeNull();
  });
});
