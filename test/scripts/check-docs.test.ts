import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-docs.mjs', import.meta.url));

/** Checks a repository that holds `files` beside a source file, two commands and two npm scripts. */
function check(files: Record<string, string>): { status: number | null; problems: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'tw-docs-'));
  const all = {
    'package.json': JSON.stringify({ scripts: { test: 'x', 'data:schema': 'x' } }),
    'src/core/text.ts': '',
    'src/cli/commands/status.ts': '',
    'src/cli/commands/run-round/index.ts': '',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { status, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  return { status, problems: stderr.split('\n').filter((line) => line !== '') };
}

test('a repository without docs passes', () => {
  expect(check({})).toEqual({ status: 0, problems: [] });
});

test('docs that name what is there pass', () => {
  const readme = `# Title
[guide](docs/guide.md#part), [site](https://example.org/x), [here](#title), ![logo](<docs/a b.md>)
Run \`npm test\` and \`npm run data:schema\`. See \`src/core/\`, \`src/core/text.ts:12\`, \`src/<layer>/*.ts\`.
\`twinwatch status --json\` tells; \`docker logs twinwatch tail\` and the word twinwatch alone do not count.

\`\`\`sh
npm ci && npm test
$ npx twinwatch run-round one   # [not](a-link)
twinwatch help
\`\`\`
`;
  const files = {
    'README.md': readme,
    'AGENTS.md': 'x\n'.repeat(100),
    'docs/guide.md': '[up](../README.md)\n\n[ref]: ../src/core/text.ts\n',
    'docs/a b.md': '',
  };
  expect(check(files)).toEqual({ status: 0, problems: [] });
});

test('each dead reference is named with its line', () => {
  const readme = `[guide](docs/none.md) and [up](../outside.md)
See \`src/core/gone.ts\` and \`src/gone/*.ts\`; npm run gone.
\`\`\`
node scripts/gone.mjs --quick
FOO=1 twinwatch gone
\`\`\`
`;
  const files = {
    'README.md': readme,
    'AGENTS.md': 'x\n'.repeat(101),
    'docs/guide.md': 'first\r\n[ref]: gone.md\r\n`twinwatch stop`\r\n',
  };
  expect(check(files)).toEqual({
    status: 1,
    problems: [
      'README.md:1: dead link docs/none.md',
      'README.md:1: dead link ../outside.md',
      'README.md:2: there is no src/core/gone.ts',
      'README.md:2: there is no src/gone/*.ts',
      'README.md:2: package.json has no script gone',
      'README.md:4: there is no scripts/gone.mjs',
      'README.md:5: there is no command twinwatch gone',
      'AGENTS.md: 101 lines; at most 100',
      'docs/guide.md:2: dead link gone.md',
      'docs/guide.md:3: there is no command twinwatch stop',
    ],
  });
});
