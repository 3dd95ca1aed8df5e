import { z } from 'zod';
import { envName, line, sender } from './schema-parts.js';
import type { DkimConfig, SmtpConfig } from './types.js';

const dkim = z
  .strictObject({
    domain: line(255)
      .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be a domain, such as example.org')
      .describe("Domain that signs: that of the sender's address."),
    selector: line(63)
      .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, 'must be a DNS label, such as twinwatch')
      .describe('The public key stands in the DNS at <selector>._domainkey.<domain>.'),
    key_file: line(1000).describe('File of the private RSA key in PEM, relative to this file.'),
  })
  .transform((raw): DkimConfig => ({ domain: raw.domain, selector: raw.selector, keyFile: raw.key_file }));

/** The mail server. Paths are left as written. */
export const smtpSchema: z.ZodType<SmtpConfig> = z
  .strictObject({
    host: line(255).regex(/^[\w.:-]+$/, 'must be a host name or address, such as mail.example.org'),
    port: z.int().min(1).max(65_535).default(587),
    secure: z
      .boolean()
      .default(false)
      .describe('TLS from the first byte (port 465); else STARTTLS where offered.'),
    from: sender().describe('Who the mails are from, such as Twinwatch <watch@example.org>.'),
    user_env: envName().nullish().describe('Environment variable that holds the user name.'),
    password_env: envName().nullish().describe('Environment variable that holds the password.'),
    dkim: dkim.nullish().describe('Signs every mail. Default: none is signed.'),
  })
  .transform(
    (raw): SmtpConfig => ({
      host: raw.host,
      port: raw.port,
      secure: raw.secure,
      from: raw.from,
      userEnv: raw.user_env ?? null,
      passwordEnv: raw.password_env ?? null,
      dkim: raw.dkim ?? null,
    }),
  );
