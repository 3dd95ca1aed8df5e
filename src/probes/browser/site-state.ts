import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { field } from '../../config/index.js';

/** What has to outlive the program about visits with one profile. */
export interface ProfileState {
  /** Why no more visits are made until a person has acted; null: nothing stands in the way. */
  stopped(): string | null;
  stop(reason: string, now: number): void;
  /** A person has looked after the site. */
  clear(): void;
  /** When the newest prompt was sent, ms since 1970; null: never. */
  lastPromptAt(): number | null;
  prompted(now: number): void;
}

/** State kept in two small files in the profile's folder. */
export function profileState(profile: string): ProfileState {
  const marker = join(profile, 'twinwatch-stopped.json');
  const last = join(profile, 'twinwatch-last-prompt.json');
  // For a folder that can't be written: a stop has to hold at least in this process.
  let unwritten: string | null = null;
  let promptedAt: number | null = null;
  return {
    stopped: () => {
      const text = read(marker);
      return text === null ? unwritten : (reasonIn(text) ?? 'stopped earlier');
    },
    stop: (reason, now) => {
      unwritten = write(profile, marker, { reason, at: new Date(now).toISOString() }) ? null : reason;
    },
    clear: () => {
      unwritten = null;
      rmSync(marker, { force: true });
    },
    lastPromptAt: () => {
      const at = fieldOf(read(last) ?? '', 'at');
      const stored = typeof at === 'number' && Number.isFinite(at) ? at : null;
      return stored === null || promptedAt === null ? (stored ?? promptedAt) : Math.max(stored, promptedAt);
    },
    prompted: (now) => {
      promptedAt = now;
      write(profile, last, { at: now });
    },
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function write(folder: string, path: string, value: object): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${JSON.stringify(value)}\n`, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

function reasonIn(text: string): string | null {
  const reason = fieldOf(text, 'reason');
  return typeof reason === 'string' ? reason : null;
}

function fieldOf(text: string, key: string): unknown {
  try {
    return field(JSON.parse(text), key);
  } catch {
    return undefined;
  }
}
