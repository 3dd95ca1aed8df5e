import type { ApiEndpointConfig } from '../../config/index.js';
import type { AskResult } from '../../probes/index.js';
import { isAnswered } from '../../probes/index.js';
import type { Check } from './check.js';

type Finding = Pick<Check, 'level' | 'detail' | 'fix'>;

/** What came of one request, in words, with what to do about it. */
export function explainOutcome(config: ApiEndpointConfig, { outcome, meta, latencyMs }: AskResult): Finding {
  if (isAnswered(outcome)) {
    const model = meta.modelReturned === null ? '' : `, calls itself ${meta.modelReturned}`;
    const provider = meta.provider === null ? '' : `, answered by ${meta.provider}`;
    return ok(`answered in ${(latencyMs / 1000).toFixed(1)} s${model}${provider}`);
  }
  const { detail } = outcome;
  switch (outcome.kind) {
    case 'http-error':
      return meta.httpStatus === null || meta.httpStatus < 400
        ? problem(detail, 'look at what it says, and ask who runs it')
        : byStatus(config, meta.httpStatus, detail);
    case 'rate-limited':
      return warning(
        detail,
        'wait, lower requests_per_minute and concurrency, or see whether its quota is used up',
      );
    case 'unreachable':
    case 'disconnected':
      return problem(detail, networkFix(detail));
    case 'timeout':
      return problem(
        detail,
        'see whether it is up; raise first_byte_timeout and total_timeout where it is slow',
      );
    case 'malformed':
    case 'too-large':
      return problem(detail, `see whether base_url leads to an API of the kind ${config.kind}`);
    case 'empty':
    case 'cut-short':
      return warning(detail, 'raise params.max_tokens: thinking may have used it up');
    case 'other-provider':
      return problem(detail, "set provider, or provider_name to the provider's name as answers give it");
    default:
      return warning(`${outcome.kind}: ${detail}`, 'run doctor again; if it stays, ask who runs it');
  }
}

function byStatus({ apiKeyEnv, baseUrl }: ApiEndpointConfig, status: number, detail: string): Finding {
  if (status === 401 || status === 403) {
    const wrong = apiKeyEnv === null ? 'it may want a key: set api_key_env' : `check the key in ${apiKeyEnv}`;
    return problem(detail, status === 401 ? wrong : `${wrong}, and what that key may use`);
  }
  if (status === 402) return problem(detail, 'the account has to be paid for');
  if (status === 404)
    return problem(detail, `check model, and that base_url (${baseUrl}) is where the API starts`);
  if (status === 405)
    return problem(detail, `check base_url (${baseUrl}): something else than the API answers`);
  if (status === 400 || status === 422)
    return problem(detail, 'change the setting that it names, or model, in the watch file');
  if (status >= 500) return warning(detail, 'the server has trouble: try again later');
  return problem(detail, 'look at what it says, and at the settings of this side');
}

const networkFixes: readonly (readonly [complaint: RegExp, fix: string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'there is no such host, or no name server: check base_url and the network'],
  [/ECONNREFUSED/, 'nothing listens there: check host and port in base_url, and that the server runs'],
  [/ENETUNREACH|EHOSTUNREACH/, 'there is no route to it: check the network, a VPN or a firewall'],
  [/ETIMEDOUT|CONNECT_TIMEOUT/, 'nothing answers at that address: check base_url, a firewall or a proxy'],
  [/redirect/i, 'set base_url to the address that it redirects to: a key must not follow a redirect'],
  [/EXPIRED|NOT_YET_VALID/, "its certificate is out of date, or this computer's clock is wrong"],
  [
    /ALTNAME|SELF_SIGNED|UNABLE_TO|CERT|self.signed/,
    'its certificate is not trusted: check the host; for a private one, set NODE_EXTRA_CA_CERTS',
  ],
  [
    /EPROTO|wrong version|HPE_|SSL/,
    'it does not speak TLS as expected: check http:// or https:// in base_url',
  ],
];

function networkFix(detail: string): string {
  const known = networkFixes.find(([complaint]) => complaint.test(detail));
  return known?.[1] ?? 'check base_url, and that the server can be reached from here';
}

function ok(detail: string): Finding {
  return { level: 'ok', detail, fix: null };
}

function warning(detail: string, fix: string): Finding {
  return { level: 'warning', detail, fix };
}

function problem(detail: string, fix: string): Finding {
  return { level: 'problem', detail, fix };
}
