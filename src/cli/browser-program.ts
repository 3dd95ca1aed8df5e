import type { Command } from 'commander';
import type { LoginOptions, RecordOptions, TestOptions } from './commands/browser.js';
import type { Terminal } from './terminal.js';

const byHand = 'operated by hand';

/** Adds `browser login`, `browser test` and `browser record`. */
export function addBrowserCommands(
  program: Command,
  { out, info }: { readonly out: Terminal; readonly info: Terminal },
  done: (code: number) => void,
): void {
  const browser = program.command('browser').description('look after sites that are asked through a browser');
  const visiting = (name: string, about: string): Command =>
    browser
      .command(name)
      .description(about)
      .argument('<site>', 'id of a built-in recipe, or a recipe file')
      .option('-c, --config <file>', 'the watch file (default: twinwatch.yaml, if there is one)')
      .option('--url <url>', "where a conversation starts (default: the watch file's, or the recipe's)")
      .option('--contact <text>', 'who visits, where the watch file does not say', byHand);
  visiting('login', 'open a site in a window, to sign in or to do what it asks').action(
    async (site: string, options: LoginOptions) => {
      done(await (await import('./commands/browser.js')).browserLogin(site, options, out));
    },
  );
  visiting('test', 'ask a site once and show what happens')
    .requiredOption('--model <name>', 'the model, as the site names it')
    .requiredOption('--prompt <text>', 'what to ask')
    .option('--window', 'show the browser', false)
    .option('--terms-reviewed', "you have read the site's terms, and they allow this", false)
    .action(async (site: string, options: TestOptions) => {
      done(await (await import('./commands/browser.js')).browserTest(site, options, out, info));
    });
  browser
    .command('record')
    .description('write a recipe from what you show in a window')
    .argument('<url>', 'where a conversation starts')
    .option('-o, --output <file>', "the recipe's file (default: named after the host)")
    .option('--contact <text>', 'who visits', byHand)
    .action(async (url: string, options: RecordOptions) => {
      done(await (await import('./commands/browser.js')).browserRecord(url, options, out, info));
    });
}
