import type { BrowserContext, Page } from 'playwright';
import type { BrowserEndpointConfig, SiteRecipe } from '../../config/index.js';
import { type Clock, elapsed, errorMessage } from '../../core/index.js';
import { failed } from '../endpoints/classify.js';
import { type StopCause, startDeadline } from '../endpoints/deadline.js';
import { type Artifact, type AskResult, type Failed, isAnswered, noMeta, type Outcome } from '../outcome.js';
import { keepArtifact } from './artifacts.js';
import { converse } from './conversation.js';
import type { ProfileOptions } from './launch.js';
import type { SiteGate } from './site-gate.js';
import type { ProfileState } from './site-state.js';
import { firstLine, type Progress } from './visit.js';

/** What visits need of the program around them. */
export interface VisitDeps {
  readonly clock: Clock;
  /** The path of a Chromium, or null when there is none. Asked when a browser is first needed. */
  readonly chromium: () => Promise<string | null>;
  /** Folder of screenshots and raw answers. */
  readonly evidence: string;
  readonly trace: (line: string) => void;
  readonly open: (options: ProfileOptions) => Promise<BrowserContext>;
  /** Longest wait for one thing of a page before the prompt is sent. */
  readonly stepTimeoutMs: number;
}

/** One endpoint's way to a site. */
export interface Site {
  readonly config: BrowserEndpointConfig;
  readonly recipe: SiteRecipe;
  readonly startUrl: string;
  readonly intervalMs: number;
  readonly profile: string;
  readonly state: ProfileState;
  readonly host: Host;
}

/** What all endpoints on the same host share. */
export interface Host {
  readonly gate: SiteGate;
  /** By profile. A stop of one stops them all: a second account is no way around a challenge. */
  readonly states: Map<string, ProfileState>;
}

/** An answer that was read from a page, and what was kept of it. */
export interface BrowserAskResult extends AskResult {
  readonly artifacts: readonly Artifact[];
}

interface Visited {
  readonly outcome: Outcome;
  readonly artifacts: readonly Artifact[];
}

/** Asks a site once, in a new conversation, when it is its turn. Never rejects. */
export async function askSite(
  site: Site,
  deps: VisitDeps,
  prompt: string,
  signal: AbortSignal,
): Promise<BrowserAskResult> {
  const { clock } = deps;
  const startedAt = clock.now();
  const progress: Progress = {
    sent: false,
    httpStatus: null,
    firstTextMs: null,
    modelShown: null,
    raw: null,
  };
  let visited: Visited;
  try {
    visited =
      stopped(site.host) ??
      (await site.host.gate.enter(() => takeTurn(site, deps, prompt, signal, progress), signal));
  } catch {
    visited = { outcome: notSent, artifacts: [] };
  }
  const meta = {
    ...noMeta,
    modelReturned: progress.modelShown,
    httpStatus: progress.httpStatus,
    firstByteMs: progress.firstTextMs === null ? null : Math.round(progress.firstTextMs),
  };
  const attempts = progress.sent ? 1 : 0;
  return { ...visited, meta, attempts, startedAt, latencyMs: elapsed(startedAt, clock.now()) };
}

const notSent = failed('interrupted', 'the trial ended before this prompt was sent', {
  beforeGeneration: true,
});

async function takeTurn(
  site: Site,
  deps: VisitDeps,
  prompt: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<Visited> {
  const { gate } = site.host;
  const before = stopped(site.host);
  if (before !== null) return before;
  await gate.pace(site.state, site.intervalMs, signal);
  // A site that is opened and not asked is paced like one that is.
  gate.prompted(site.state);
  const visited = await visit(site, deps, prompt, signal, progress);
  if (visited.outcome.kind === 'challenge')
    site.state.stop(`${site.recipe.id}: ${visited.outcome.detail}`, deps.clock.now());
  return visited;
}

function stopped({ states }: Host): Visited | null {
  for (const state of states.values()) {
    const reason = state.stopped();
    if (reason === null) continue;
    const detail = `stopped until a person has looked (twinwatch browser login): ${reason}`;
    return { outcome: failed('challenge', detail, { beforeGeneration: true }), artifacts: [] };
  }
  return null;
}

async function visit(
  site: Site,
  deps: VisitDeps,
  prompt: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<Visited> {
  const { config, recipe, startUrl } = site;
  const limit = config.totalTimeoutMs;
  const deadline = startDeadline({ firstByteMs: limit, totalMs: limit }, signal);
  let context: BrowserContext | null = null;
  // Closing the browser ends whatever waits for it.
  const close = (): void => void context?.close().catch(() => {});
  deadline.signal.addEventListener('abort', close, { once: true });
  let visited: Visited;
  try {
    context = await openBrowser(site, deps);
    deadline.signal.throwIfAborted();
    const page = context.pages()[0] ?? (await context.newPage());
    const outcome = await converse({
      page,
      recipe,
      startUrl,
      prompt,
      progress,
      model: config.model,
      answerTimeoutMs: config.answerTimeoutMs,
      stepTimeoutMs: deps.stepTimeoutMs,
      trace: deps.trace,
      sending: () => site.host.gate.prompted(site.state),
    });
    visited = await withEvidence(page, outcome, progress, deps.evidence);
  } catch (error) {
    visited = { outcome: ended(error, progress.sent, context !== null), artifacts: [] };
  } finally {
    await context?.close().catch(() => {});
    deadline.done();
  }
  const cause = deadline.stopped();
  return cause === null || isAnswered(visited.outcome)
    ? visited
    : { outcome: outOfTime(cause, progress.sent, limit), artifacts: visited.artifacts };
}

async function openBrowser({ config, profile }: Site, deps: VisitDeps): Promise<BrowserContext> {
  const executablePath = await deps.chromium();
  if (executablePath === null)
    throw new Error('no Chromium was found: install one, or set CHROMIUM_PATH to the program');
  const { headless, sandbox, contact } = config;
  return await deps.open({ executablePath, profile, headless, sandbox, contact });
}

/** The browser did not start, or was lost. */
function ended(error: unknown, sent: boolean, opened: boolean): Failed {
  return failed(
    sent ? 'disconnected' : 'unreachable',
    `${opened ? 'the browser was lost' : 'the browser did not start'}: ${firstLine(error)}`,
    { beforeGeneration: !sent },
  );
}

function outOfTime(cause: StopCause, sent: boolean, limitMs: number): Failed {
  return cause === 'caller'
    ? failed('interrupted', 'stopped before the answer was complete', { beforeGeneration: !sent })
    : failed('timeout', `the visit took longer than ${limitMs / 1000} s`, { beforeGeneration: !sent });
}

/** Keeps a picture and the raw answer. An answer that can't be shown to anybody later is not used. */
async function withEvidence(
  page: Page,
  outcome: Outcome,
  { raw }: Progress,
  folder: string,
): Promise<Visited> {
  if (outcome.kind === 'unreachable') return { outcome, artifacts: [] };
  try {
    const artifacts = [await keepArtifact(folder, 'screenshot', await picture(page))];
    if (raw !== null) artifacts.push(await keepArtifact(folder, raw.kind, raw.content));
    return { outcome, artifacts };
  } catch (error) {
    if (!isAnswered(outcome)) return { outcome, artifacts: [] };
    return {
      outcome: failed('interrupted', `the evidence can't be kept: ${errorMessage(error)}`),
      artifacts: [],
    };
  }
}

async function picture(page: Page): Promise<Buffer> {
  const options = { animations: 'disabled', timeout: 10_000 } as const;
  try {
    return await page.screenshot({ ...options, fullPage: true });
  } catch {
    // Pages of absurd height have no picture of the whole.
    return await page.screenshot(options);
  }
}
