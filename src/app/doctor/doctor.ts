import type { Environment, WatchFile } from '../../config/index.js';
import { type Clock, plainLine } from '../../core/index.js';
import { checkAlerts } from './alerts.js';
import type { Check } from './check.js';
import { checkEndpoints } from './endpoints.js';
import { clockCheck, readingServerClocks } from './server-clocks.js';
import { checkStore } from './store.js';
import { checkBrowser, checkSecrets, checkSuites } from './watches.js';

export interface DoctorOptions {
  readonly file: WatchFile;
  readonly env: Environment;
  readonly clock: Clock;
}

/**
 * Looks at everything that a watch file needs: secrets, prompts, the store, browser, endpoints, clock and
 * alerts. Sends one short request to each model of each account, connects to the mail server and asks for
 * webhooks with HEAD; it sends no alert and changes nothing.
 * @param onCheck is told each finding as soon as it is there
 */
export async function examine(options: DoctorOptions, onCheck: (check: Check) => void): Promise<Check[]> {
  const checks: Check[] = [];
  const tell = (check: Check): void => {
    // What servers say is untrusted.
    const fix = check.fix === null ? null : plainLine(check.fix);
    const safe = { ...check, subject: plainLine(check.subject, 200), detail: plainLine(check.detail), fix };
    checks.push(safe);
    onCheck(safe);
  };
  for (const check of checkSecrets(options)) tell(check);
  for (const check of await checkSuites(options.file)) tell(check);
  tell(checkStore(options.file.store));
  for (const check of await checkBrowser(options)) tell(check);
  tell(clockCheck(await readingServerClocks(options.clock, () => checkEndpoints(options, tell))));
  for (const check of await checkAlerts(options)) tell(check);
  return checks;
}
