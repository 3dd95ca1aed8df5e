import { type ApiEndpointConfig, apiAccount, endpointPlace, secretOf } from '../../config/index.js';
import { createApiEndpoint } from '../../probes/index.js';
import { type ApiAccess, apiAccess, apisOf } from '../api-access.js';
import type { Check } from './check.js';
import type { DoctorOptions } from './doctor.js';
import { explainOutcome } from './explain-outcome.js';

/** Longest wait for an answer, ms, also where the watch file allows more. */
const PATIENCE_MS = 60_000;
const PROMPT = 'Please answer with this one word: ready';

/** One request to each model of each account, no retry, however many watches ask it. */
export async function checkEndpoints(options: DoctorOptions, onCheck: (check: Check) => void): Promise<void> {
  const { watches } = options.file;
  const access = apiAccess(watches, options.env);
  await Promise.all(
    distinct(apisOf(watches)).map(async (config) => {
      const found = await askOnce(config, options, access);
      onCheck({ area: 'endpoint', subject: `${config.model} at ${endpointPlace(config)}`, ...found });
    }),
  );
}

function distinct(apis: readonly ApiEndpointConfig[]): ApiEndpointConfig[] {
  const byKey = new Map<string, ApiEndpointConfig>();
  for (const config of apis) {
    const key = JSON.stringify([config.kind, apiAccount(config), config.model, config.provider]);
    if (!byKey.has(key)) byKey.set(key, config);
  }
  return [...byKey.values()];
}

async function askOnce(
  config: ApiEndpointConfig,
  { env, clock }: DoctorOptions,
  access: (config: ApiEndpointConfig) => ApiAccess,
): Promise<Pick<Check, 'level' | 'detail' | 'fix'>> {
  const { apiKeyEnv } = config;
  if (apiKeyEnv !== null && !hasSecret(env, apiKeyEnv))
    return { level: 'problem', detail: 'not asked: its key is missing', fix: `set ${apiKeyEnv}` };
  const patient = {
    ...config,
    maxRetries: 0,
    firstByteTimeoutMs: Math.min(config.firstByteTimeoutMs, PATIENCE_MS),
    totalTimeoutMs: Math.min(config.totalTimeoutMs, PATIENCE_MS),
  };
  const endpoint = createApiEndpoint(patient, { ...access(config), clock });
  return explainOutcome(config, await endpoint.ask(PROMPT, new AbortController().signal));
}

/** Whether the environment variable holds what can be used as a secret. */
export function hasSecret(env: DoctorOptions['env'], name: string): boolean {
  try {
    secretOf(env, name);
    return true;
  } catch {
    return false;
  }
}
