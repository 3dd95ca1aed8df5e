import { z } from 'zod';
import { isLoopback } from './definition.js';
import { httpUrl, line } from './schema-parts.js';
import type { WebConfig } from './types.js';

const webFields = z.strictObject({
  host: line(255)
    .regex(/^[\w.:-]+$/, 'must be a host name or address, such as 127.0.0.1')
    .default('127.0.0.1')
    .describe('Address to listen on. Default: this machine alone; a reverse proxy adds TLS.'),
  port: z.int().min(0).max(65_535).default(8080).describe('0 takes any that is free.'),
  public_url: httpUrl()
    .refine(isPublic, 'must be https://host, or http:// on this machine, without a path')
    .nullish()
    .describe('Where readers find the page, for links: https://host. Default: http://host:port.'),
  trust_proxy: z
    .boolean()
    .default(false)
    .describe("Whether one reverse proxy stands in front, whose X-Forwarded-For tells a client's address."),
  operator: line(200).nullish().describe('Who runs this, for the foot of each page.'),
  contact: line(300).nullish().describe('How to reach the operator: an address or a sentence.'),
  license: line(200)
    .default('CC BY 4.0')
    .describe(
      "The licence for reuse of the operator's texts and charts; the models' answers are not theirs.",
    ),
});

/** What the web page needs, as people write it. */
export const webSchema: z.ZodType<WebConfig> = webFields.transform(
  (raw): WebConfig => ({
    host: raw.host,
    port: raw.port,
    publicUrl: raw.public_url == null ? null : new URL(raw.public_url).origin,
    trustProxy: raw.trust_proxy,
    operator: raw.operator ?? null,
    contact: raw.contact ?? null,
    license: raw.license,
  }),
);

/** What holds where the watch file says nothing of a web page. */
export const defaultWeb: WebConfig = webSchema.parse({});

function isPublic(text: string): boolean {
  // What is no URL at all has its own reason already.
  if (!URL.canParse(text)) return true;
  const { protocol, hostname, pathname, search } = new URL(text);
  return (
    (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) &&
    pathname === '/' &&
    search === ''
  );
}
