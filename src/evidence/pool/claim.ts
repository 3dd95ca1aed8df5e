import { canonicalJson, type Json } from '../../core/index.js';
import type { LoggedWatch } from '../bundle/watch-log.js';

/** What a watch claims to be the same: its two sides, by setting. */
export interface PooledClaim {
  readonly listed: SideSettings;
  readonly released: SideSettings;
}

/** Settings as a definition names them. */
export type SideSettings = Readonly<Record<string, Json>>;

/**
 * The claim of a watch: everything that its logged definition says of the two sides, which is all that decides what a
 * request asks for (address, model, provider, parameters, recipe of a site) and none of what is one's own business
 * (names of key variables, pacing, timeouts, budgets stand in no definition). Addresses are written in one way. Suites, the
 * length compared and alpha are no part of it: whatever is asked, the null hypothesis is that these sides answer alike.
 */
export function claimOf(watch: LoggedWatch): PooledClaim {
  return claimOfSides(definedWatch(watch));
}

/** What the definition says of a watch. Of its shape only the sides' kinds were checked when the log was read. */
export function definedWatch({ definition }: LoggedWatch): PooledClaim & SideSettings {
  return (JSON.parse(definition.text) as { watch: PooledClaim & SideSettings }).watch;
}

/** The claim that is made of two sides. */
export function claimOfSides({ listed, released }: PooledClaim): PooledClaim {
  return { listed: settingsOf(listed), released: settingsOf(released) };
}

function settingsOf(settings: SideSettings): SideSettings {
  const { baseUrl } = settings;
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return settings;
  return { ...settings, baseUrl: new URL(baseUrl).href.replace(/\/+$/, '') };
}

/** The settings in which two claims differ, such as `released model`; none where they are the same. */
export function claimDifferences(a: PooledClaim, b: PooledClaim): string[] {
  return (['listed', 'released'] as const).flatMap((side) => {
    const names = new Set([...Object.keys(a[side]), ...Object.keys(b[side])]);
    return [...names]
      .filter((name) => canonicalJson(a[side][name] ?? null) !== canonicalJson(b[side][name] ?? null))
      .map((name) => `${side} ${name}`);
  });
}
