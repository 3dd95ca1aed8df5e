import {
  alertSecretNames,
  endpointPlace,
  loadSiteRecipe,
  secretOf,
  type WatchConfig,
  type WatchFile,
} from '../../config/index.js';
import { errorMessage } from '../../core/index.js';
import {
  browserFolders,
  createBrowserSites,
  findChromium,
  profileFolder,
  profileState,
} from '../../probes/index.js';
import { canarySuitesOf, suitesOf } from '../watch-suites.js';
import type { Check } from './check.js';
import type { DoctorOptions } from './doctor.js';

/** Every secret that the watch file names: is it there? Its value is never shown. */
export function checkSecrets({ file, env }: DoctorOptions): Check[] {
  const users = new Map<string, string[]>();
  for (const [name, user] of secretNames(file)) users.set(name, [...(users.get(name) ?? []), user]);
  return [...users].map(([subject, usedBy]) => {
    const shared = { area: 'secret', subject } as const;
    const used = `used by ${[...new Set(usedBy)].slice(0, 3).join(', ')}`;
    try {
      secretOf(env, subject);
      return { ...shared, level: 'ok', detail: `set, ${used}`, fix: null };
    } catch (error) {
      const detail = `${errorMessage(error).replace(/^environment \S+ /, '')}, ${used}`;
      return { ...shared, level: 'problem', detail, fix: 'set it for the account that runs Twinwatch' };
    }
  });
}

function secretNames({ smtp, watches }: WatchFile): (readonly [name: string, user: string])[] {
  const names: (readonly [string | null, string])[] = [
    [smtp?.userEnv ?? null, 'smtp'],
    [smtp?.passwordEnv ?? null, 'smtp'],
  ];
  for (const { id, listed, released, alerts } of watches) {
    for (const side of [listed, released]) if ('apiKeyEnv' in side) names.push([side.apiKeyEnv, id]);
    for (const name of alerts.flatMap(alertSecretNames)) names.push([name, `alerts of ${id}`]);
  }
  return names.flatMap(([name, user]) => (name === null ? [] : [[name, user] as const]));
}

/** Whether each watch finds its prompts. */
export async function checkSuites({ watches }: WatchFile): Promise<Check[]> {
  return await Promise.all(watches.map(checkPrompts));
}

async function checkPrompts(watch: WatchConfig): Promise<Check> {
  const shared = { area: 'suites', subject: watch.id } as const;
  try {
    const suites = [...(await suitesOf(watch)), ...canarySuitesOf(watch)];
    const names = suites.map(({ id, fixed, dynamic }) => `${id} (${fixed.length + dynamic.length} prompts)`);
    return { ...shared, level: 'ok', detail: names.join(', '), fix: null };
  } catch (error) {
    const fix = 'mend the file; twinwatch suites lint checks suites';
    return { ...shared, level: 'problem', detail: errorMessage(error), fix };
  }
}

/** The browser and the sites that watches ask through it. No site is visited. */
export async function checkBrowser({ file, env, clock }: DoctorOptions): Promise<Check[]> {
  const sides = file.watches
    .flatMap(({ listed, released }) => [listed, released])
    .filter((side) => side.kind === 'browser');
  if (sides.length === 0) return [];
  const path = await findChromium({ named: env.secret('CHROMIUM_PATH'), path: env.secret('PATH') });
  const found: Check =
    path === null
      ? {
          level: 'problem',
          area: 'browser',
          subject: 'chromium',
          detail: 'none was found',
          fix: 'install Chromium, or set CHROMIUM_PATH to the program',
        }
      : { level: 'ok', area: 'browser', subject: 'chromium', detail: path, fix: null };
  const folders = browserFolders(file.store.path);
  const sites = createBrowserSites({ clock, chromium: async () => path, ...folders });
  return [
    found,
    ...sides.map((side): Check => {
      const shared = { area: 'browser', subject: `${side.model} at ${endpointPlace(side)}` } as const;
      try {
        sites.endpoint(side);
        const recipe = loadSiteRecipe(side.site);
        const stopped = profileState(profileFolder(side, recipe, folders.profiles)).stopped();
        if (stopped === null)
          return { ...shared, level: 'ok', detail: `recipe ${recipe.id} is sound; not visited`, fix: null };
        const fix = `twinwatch browser login ${recipe.id}`;
        return { ...shared, level: 'problem', detail: `waits for a person: ${stopped}`, fix };
      } catch (error) {
        return {
          ...shared,
          level: 'problem',
          detail: errorMessage(error),
          fix: 'mend the recipe or the watch file',
        };
      }
    }),
  ];
}
