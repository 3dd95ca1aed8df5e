import { type Reachable, type SmtpLogin, verifySmtp, verifyWebhook } from '../../alerts/index.js';
import { alertSecretNames, type SmtpConfig, secretOf, type WebhookTarget } from '../../config/index.js';
import type { Check } from './check.js';
import type { DoctorOptions } from './doctor.js';
import { hasSecret } from './endpoints.js';

/** Whether alerts would get out. None is sent. */
export async function checkAlerts(options: DoctorOptions): Promise<Check[]> {
  const { smtp } = options.file;
  return await Promise.all([
    ...(smtp === null ? [] : [checkMail(smtp, options)]),
    ...webhooks(options).map((target) => checkWebhook(target, options)),
  ]);
}

async function checkMail(smtp: SmtpConfig, { env, clock }: DoctorOptions): Promise<Check> {
  const shared = { area: 'mail', subject: `${smtp.host}:${smtp.port}` } as const;
  const names = [smtp.userEnv, smtp.passwordEnv].filter((name) => name !== null);
  if (!names.every((name) => hasSecret(env, name)))
    return {
      ...shared,
      level: 'problem',
      detail: 'not tried: its login is missing',
      fix: `set ${names.join(', ')}`,
    };
  const login: SmtpLogin | null =
    smtp.userEnv === null || smtp.passwordEnv === null
      ? null
      : { user: secretOf(env, smtp.userEnv), password: secretOf(env, smtp.passwordEnv) };
  const reached = await verifySmtp(smtp, login, clock, new AbortController().signal);
  const fix =
    reached.kind === 'refused'
      ? `check the login in ${names.join(' and ')}`
      : 'check smtp.host, smtp.port and smtp.secure (true for port 465), and the firewall';
  return { ...shared, ...found(reached, 'no mail was sent', fix) };
}

function webhooks({ file }: DoctorOptions): WebhookTarget[] {
  const targets = file.watches.flatMap(({ alerts }) => alerts.filter((alert) => alert.kind === 'webhook'));
  return [...new Map(targets.map((target) => [`${target.secretEnv} ${target.url}`, target])).values()];
}

async function checkWebhook(target: WebhookTarget, { env, clock }: DoctorOptions): Promise<Check> {
  const { url } = target;
  const names = alertSecretNames(target);
  // The path of a webhook may be a secret of its own.
  const shared = { area: 'webhook', subject: URL.canParse(url) ? new URL(url).host : 'webhook' } as const;
  if (!names.every((name) => hasSecret(env, name)))
    return {
      ...shared,
      level: 'problem',
      detail: 'not tried: its secret is missing',
      fix: `set ${names.join(', ')}`,
    };
  const secrets = names.map((name) => secretOf(env, name));
  const reached = await verifyWebhook({ ...target, secrets }, clock, new AbortController().signal);
  const fix =
    reached.kind === 'refused'
      ? 'check the address and the secret of the webhook; redirects are not followed'
      : 'check the address of the webhook, and that its receiver runs';
  return { ...shared, ...found(reached, 'nothing was posted', fix) };
}

function found(reached: Reachable, note: string, fix: string): Pick<Check, 'level' | 'detail' | 'fix'> {
  if (reached.kind === 'reached') return { level: 'ok', detail: `${reached.detail}; ${note}`, fix: null };
  return { level: 'problem', detail: reached.detail, fix };
}
