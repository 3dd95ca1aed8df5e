import type { ChatTarget } from '../../../config/index.js';
import type { Clock } from '../../../core/index.js';
import type { AlertContent } from '../../content.js';
import type { Delivery, SendResult } from '../../delivery.js';
import { postJson } from '../post.js';
import { appriseRequest } from './apprise.js';
import { discordRequest } from './discord.js';
import { mattermostRequest } from './mattermost.js';
import { ntfyRequest } from './ntfy.js';
import { pagerDutyRequest } from './pagerduty.js';
import type { ChatRequest } from './request.js';
import { slackRequest } from './slack.js';
import { teamsRequest } from './teams.js';
import { telegramRequest } from './telegram.js';

/**
 * Posts the alert to a chat. `secret` looks up an environment variable that the target names. None of these
 * services tells copies of a message apart, save PagerDuty: an attempt whose answer was lost may show twice.
 */
export async function sendToChat(
  delivery: Delivery,
  target: ChatTarget,
  secret: (name: string) => string,
  clock: Clock,
  signal: AbortSignal,
): Promise<SendResult> {
  const { url, body, headers = {}, secrets } = chatRequest(delivery.content, target, secret);
  const { allowPrivateNetworks } = target;
  const post = { url, headers, body: JSON.stringify(body), allowPrivateNetworks, secrets };
  return await postJson(post, clock, signal);
}

/** What is posted to a chat. */
export function chatRequest(
  content: AlertContent,
  target: ChatTarget,
  secret: (name: string) => string,
): ChatRequest {
  switch (target.kind) {
    case 'telegram':
      return telegramRequest(content, target, secret(target.tokenEnv));
    case 'ntfy': {
      const token = target.tokenEnv === null ? null : secret(target.tokenEnv);
      return ntfyRequest(content, target.server, secret(target.topicEnv), token);
    }
    case 'pagerduty':
      return pagerDutyRequest(content, target.server, secret(target.routingKeyEnv));
    case 'apprise':
      return appriseRequest(content, secret(target.urlEnv), target.tag);
    case 'slack':
      return slackRequest(content, secret(target.urlEnv));
    case 'discord':
      return discordRequest(content, secret(target.urlEnv));
    case 'mattermost':
      return mattermostRequest(content, secret(target.urlEnv));
    case 'teams':
      return teamsRequest(content, secret(target.urlEnv));
  }
}
