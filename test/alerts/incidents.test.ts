import { describe, expect, it } from 'vitest';
import {
  alertContent,
  deliveriesFor,
  type Incident,
  type IncidentEvent,
  type IncidentKind,
  incidentId,
  openedIncident,
  retryDelayMs,
  transition,
} from '../../src/alerts/index.js';
import { exampleInput, OPENED_AT } from './example.js';

const day = 86_400_000;

function opened(publishAt: number | null = null): Incident {
  return openedIncident(
    { id: 'w-1', watchId: 'w', epoch: 1, kind: 'divergence' },
    { type: 'opened', severity: 'trace', publishAt, at: OPENED_AT },
  );
}

type Later = Exclude<IncidentEvent, { type: 'opened' }>;
type Happening = Later extends infer E ? (E extends Later ? Omit<E, 'at'> : never) : never;

/** What becomes of it, with the notices; a refusal stands as its reason. */
function course(
  start: Incident,
  ...events: readonly Happening[]
): { incident: Incident; notices: (string | null)[] } {
  let incident = start;
  const notices: (string | null)[] = [];
  for (const [i, event] of events.entries()) {
    const made = transition(incident, { ...event, at: OPENED_AT + 1000 * (i + 1) } as Later);
    if (made.kind === 'done') incident = made.incident;
    notices.push(made.kind === 'done' ? made.notice : `refused: ${made.reason}`);
  }
  return { incident, notices };
}

const resolved = { type: 'resolved', by: 'Ann', reason: 'the vendor aligned both' } as const;
const retracted = { type: 'retracted', by: 'Ann', reason: 'our proxy changed the answers' } as const;

describe('transition', () => {
  it('leads from opening over an update to the end, and numbers the events', () => {
    const { incident, notices } = course(
      opened(),
      { type: 'triggered' },
      { type: 'raised' },
      { type: 'acknowledged', by: 'Ann' },
      { type: 'noted', by: 'Ann', text: 'asked the vendor' },
      { type: 'replied', from: 'Vendor', text: 'A different system prompt.', via: 'link' },
      resolved,
    );
    expect(notices).toEqual([null, 'updated', null, null, 'replied', 'resolved']);
    expect(incident).toMatchObject({
      status: 'resolved',
      severity: 'material',
      seq: 7,
      triggers: 2,
      updatedAt: OPENED_AT + 6000,
      acknowledged: { by: 'Ann', at: OPENED_AT + 3000 },
      replies: [{ from: 'Vendor', text: 'A different system prompt.', via: 'link' }],
      outcome: { by: 'Ann', reason: 'the vendor aligned both' },
    });
  });

  it('reopens what was resolved, and never what was retracted', () => {
    const again = { type: 'reopened', by: 'engine', reason: 'seen again' } as const;
    const once = course(opened(), resolved, again);
    expect(once.notices).toEqual(['resolved', 'reopened']);
    expect(once.incident).toMatchObject({ status: 'open', outcome: null, triggers: 2 });
    expect(course(opened(), again).notices).toEqual(['refused: it is open']);
    expect(course(opened(), resolved, retracted, again, resolved, retracted).notices).toEqual([
      'resolved',
      'retracted',
      'refused: a retraction is final',
      'refused: it is retracted already',
      'refused: it is retracted already',
    ]);
  });

  it('takes a reply and a note whatever its state, and a correction of what was said until it is retracted', () => {
    const reply = { type: 'replied', from: 'Vendor', text: 'No.', via: 'operator' } as const;
    const note = { type: 'noted', by: 'Ann', text: 'x' } as const;
    const correction = { type: 'corrected', by: 'Ann', text: 'It was 31 trials, not 32.' } as const;
    expect(
      course(opened(), correction, resolved, correction, reply, note, retracted, reply, correction).notices,
    ).toEqual([
      'corrected',
      'resolved',
      'corrected',
      'replied',
      null,
      'retracted',
      'replied',
      'refused: it is retracted already',
    ]);
  });

  it('says nothing in public while an embargo holds, and then what there is to say', () => {
    const start = opened(OPENED_AT + day);
    expect(start.publishedAt).toBeNull();
    const reply = { type: 'replied', from: 'Vendor', text: 'We look into it.', via: 'link' } as const;
    const { incident, notices } = course(
      start,
      { type: 'raised' },
      reply,
      { type: 'published' },
      { type: 'published' },
    );
    expect(notices).toEqual([null, null, 'opened', 'refused: it is public already']);
    expect(incident).toMatchObject({ publishedAt: OPENED_AT + 3000, severity: 'material' });
    expect(course(start, retracted, { type: 'published' }).notices).toEqual([
      null,
      'refused: it is retracted already',
    ]);
    expect(course(start, { type: 'corrected', by: 'Ann', text: 'x' }).notices).toEqual([
      'refused: nothing has been said in public yet',
    ]);
  });
});

describe('incidentId', () => {
  it('is safe, and keeps different watches, epochs, kinds and numbers apart', () => {
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
    const kinds: IncidentKind[] = ['divergence', 'drift', 'budget'];
    const ids = names.flatMap((name) => kinds.map((kind) => incidentId(name, 1, kind, 1)));
    ids.push(incidentId('a', 11, 'divergence', 1), incidentId('a', 1, 'drift', 2));
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,110}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('deliveriesFor', () => {
  const content = alertContent(exampleInput());

  it('gives each place one delivery, under an id of its own that nobody can guess', () => {
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
      expect(id).toMatch(new RegExp(`^maverick-1-1-${target.kind}-[0-9a-f]{32}$`));
    }
    expect(new Set(deliveries.map((d) => d.id)).size).toBe(4);
  });
});

describe('retryDelayMs', () => {
  it('doubles from 1 s up to 1 h, drawing the upper half', () => {
    const longest = [1, 2, 3, 4, 12, 13, 50].map((attempt) => retryDelayMs(attempt, 0, () => 1));
    expect(longest).toEqual([1000, 2000, 4000, 8000, 2_048_000, 3_600_000, 3_600_000]);
    expect(retryDelayMs(3, 0, () => 0)).toBe(2000);
  });

  it('gives up after three days, but never before a dozen tries', () => {
    expect(retryDelayMs(100, 3 * day - 1, () => 0)).not.toBeNull();
    expect(retryDelayMs(100, 3 * day, () => 0)).toBeNull();
    expect(retryDelayMs(11, 30 * day, () => 0)).not.toBeNull();
    expect(retryDelayMs(12, 30 * day, () => 0)).toBeNull();
  });
});
