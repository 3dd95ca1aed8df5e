// Fails when README.md, AGENTS.md or docs/*.md names what is not there: links, paths, npm scripts, commands.
//   node scripts/check-docs.mjs [folder of a repository]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const maxAgentLines = 100;
/** What starts with one of these is taken for a path of the repository. */
const folders = ['src', 'test', 'docs', 'scripts', 'data', 'bench', '.ci'];
const path = new RegExp(
  `^(?:\\./)?(?:${folders.map((name) => name.replace('.', '\\.')).join('|')})/[^\\s:#]*`,
);

const files = ['README.md', 'AGENTS.md', ...markdownIn('docs')].filter((file) =>
  existsSync(join(root, file)),
);
const problems = files.flatMap((file) => problemsOf(file, readFileSync(join(root, file), 'utf8')));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`docs: ${files.length} files, no dead reference`);

function markdownIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

function problemsOf(file, text) {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const found = [];
  if (file === 'AGENTS.md' && lines.length > maxAgentLines) {
    found.push(`${file}: ${lines.length} lines; at most ${maxAgentLines}`);
  }
  let fence = null;
  for (const [i, line] of lines.entries()) {
    const marker = /^\s*(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    const edge = marker !== null && (fence === null || marker.startsWith(fence));
    if (edge) fence = fence === null ? marker : null;
    else {
      const reasons = fence === null ? ofProse(file, line) : ofCode(line);
      found.push(...reasons.map((reason) => `${file}:${i + 1}: ${reason}`));
    }
  }
  return found;
}

function ofProse(file, line) {
  const spans = [...line.matchAll(/(`+)(.+?)\1/g)].map((match) => match[2]);
  const prose = line.replaceAll(/(`+)(.+?)\1/g, '');
  return [...spans.flatMap(ofCode), ...deadScripts(prose), ...deadLinks(file, prose)];
}

function ofCode(code) {
  const dead = code
    .split(/[\s"'(),;=]+/)
    .map((word) => path.exec(word)?.[0].replace(/\.$/, ''))
    .filter((word) => word !== undefined && !exists(word))
    .map((word) => `there is no ${word}`);
  return [...dead, ...deadScripts(code), ...deadCommands(code)];
}

/** Of a pattern (`src/<layer>/*.ts`), the part before its first placeholder has to be there. */
function exists(word) {
  const [fixed = ''] = word.split(/[*<>{}…]|\.\.\./);
  return existsSync(join(root, fixed === word ? word : fixed.slice(0, fixed.lastIndexOf('/') + 1)));
}

function deadLinks(file, prose) {
  const inline = [...prose.matchAll(/\]\(\s*(?:<([^>]*)>|([^\s)]+))/g)].map((match) => match[1] ?? match[2]);
  const reference = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)/.exec(prose)?.[1];
  return [...inline, ...(reference === undefined ? [] : [reference])]
    .filter((target) => !/^[a-z][a-z0-9+.-]*:|^#|^\/\//i.test(target))
    .filter((target) => {
      const wanted = join(root, dirname(file), decoded(target.replace(/[#?].*$/, '')));
      return relative(root, wanted).startsWith('..') || !existsSync(wanted);
    })
    .map((target) => `dead link ${target}`);
}

function decoded(target) {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function deadScripts(text) {
  const named = [
    ...text.matchAll(/\bnpm (?:run(?:-script)? (?:(?:-s|--silent) )?([\w:.-]*[\w])|(test|start)\b)/g),
  ];
  return named
    .map((match) => match[1] ?? match[2])
    .filter((name) => !Object.hasOwn(npmScripts(), name))
    .map((name) => `package.json has no script ${name}`);
}

function npmScripts() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts ?? {};
}

/** `twinwatch status` where a program's name stands: at the start, or after a prompt, npx or a pipe. */
function deadCommands(code) {
  const named = [...code.matchAll(/(?:^|[$>|;&]|npx|=\S+)\s*twinwatch ([a-z][a-z-]*)/g)].map(
    (match) => match[1],
  );
  return named
    .filter((name) => name !== 'help')
    .filter((name) => !['.ts', ''].some((end) => existsSync(join(root, 'src/cli/commands', name + end))))
    .map((name) => `there is no command twinwatch ${name}`);
}
