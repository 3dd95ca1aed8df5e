/** The path of a Chromium that runs (`$CHROMIUM_PATH`, then PATH, then Playwright's own), or null. */
export function findBrowser(): Promise<string | null>;
