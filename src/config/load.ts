import { dirname, resolve } from 'node:path';
import { priceFindings } from './accounts.js';
import { crossFindings } from './cross-checks.js';
import type { Environment } from './env.js';
import { ConfigError } from './errors.js';
import { explain, findingsOf } from './explain.js';
import { problemsOf } from './problems.js';
import { maxFileBytes, readSmallFile, tooLarge } from './read-file.js';
import { transportFindings } from './transport.js';
import type { EndpointConfig, SmtpConfig, SuiteRef, WatchConfig, WatchFile } from './types.js';
import { watchFileSchema } from './watch-file-schema.js';
import { readYaml } from './yaml-source.js';

/**
 * Reads the watch file at `path` (relative to the working directory, or absolute) and checks that each
 * secret it names is set.
 * @throws ConfigError with everything that is wrong, at once
 */
export function loadWatchFile(path: string, env: Environment): WatchFile {
  return parseWatchFile(readSmallFile(path), path, env);
}

/**
 * The watch file whose text is `text`. `path` says where it stands, for messages and relative paths.
 * @param env null: secrets are not checked
 * @throws ConfigError with everything that is wrong, at once
 */
export function parseWatchFile(text: string, path: string, env: Environment | null): WatchFile {
  if (Buffer.byteLength(text) > maxFileBytes) {
    throw new ConfigError([{ file: path, line: null, column: null, key: '', reason: tooLarge }]);
  }
  const source = readYaml(text.startsWith('\ufeff') ? text.slice(1) : text);
  const findings = [...source.findings];
  if (!source.fatal) {
    const parsed = watchFileSchema.safeParse(source.data, { error: explain });
    findings.push(...(parsed.error ? findingsOf(parsed.error.issues) : []));
    findings.push(...crossFindings(source.data, env));
    findings.push(...(parsed.success ? priceFindings(parsed.data.watches) : []));
    findings.push(...(parsed.success ? transportFindings(parsed.data.watches) : []));
    if (parsed.success && findings.length === 0) {
      return resolved(parsed.data, resolve(path));
    }
  }
  throw new ConfigError(problemsOf(findings, source, path));
}

function resolved(file: Omit<WatchFile, 'path'>, path: string): WatchFile {
  const folder = dirname(path);
  const suite = (ref: SuiteRef): SuiteRef =>
    ref.kind === 'file' ? { kind: 'file', path: resolve(folder, ref.path) } : ref;
  const side = (endpoint: EndpointConfig): EndpointConfig => resolvedSide(endpoint, folder);
  return {
    path,
    version: file.version,
    store: { kind: 'sqlite', path: resolve(folder, file.store.path) },
    evidence: { ...file.evidence, keyFile: resolve(folder, file.evidence.keyFile) },
    smtp: file.smtp && resolvedSmtp(file.smtp, folder),
    web: file.web,
    watches: file.watches.map(
      (watch): WatchConfig => ({
        ...watch,
        listed: side(watch.listed),
        released: side(watch.released),
        suites: watch.suites.map(suite),
        canary: watch.canary && { ...watch.canary, suites: watch.canary.suites.map(suite) },
      }),
    ),
  };
}

function resolvedSmtp(smtp: SmtpConfig, folder: string): SmtpConfig {
  return { ...smtp, dkim: smtp.dkim && { ...smtp.dkim, keyFile: resolve(folder, smtp.dkim.keyFile) } };
}

function resolvedSide(endpoint: EndpointConfig, folder: string): EndpointConfig {
  if (endpoint.kind === 'recorded') return { ...endpoint, path: resolve(folder, endpoint.path) };
  if (endpoint.kind !== 'browser') return endpoint;
  const { site, profile } = endpoint;
  return {
    ...endpoint,
    site: site.kind === 'file' ? { kind: 'file', path: resolve(folder, site.path) } : site,
    profile: profile === null ? null : resolve(folder, profile),
  };
}
