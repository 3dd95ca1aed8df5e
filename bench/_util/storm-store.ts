import { alertContent, newDeliveryId } from '../../src/alerts/index.js';
import { canonicalJson, type Json } from '../../src/core/index.js';
import { incidentRow } from '../../src/jobs/incidents/incident-rows.js';
import { type DeliveriesTable, insertMessage, type Store } from '../../src/store/index.js';
import { exampleInput } from '../../test/alerts/example.js';
import type { StormOptions } from './alert-storm.js';

/** Fills the outbox: messages about one incident, each to every subscriber and to channels that are down. */
export async function seedStorm(
  store: Store,
  { subscribers, messages, deadChannels }: Pick<StormOptions, 'subscribers' | 'messages' | 'deadChannels'>,
): Promise<void> {
  const input = exampleInput();
  const now = Date.now() - 1000;
  const ids = Array.from({ length: subscribers }, (_, i) => `reader-${i}`);
  await store.transaction(async (tx) => {
    await tx.insertInto('incidents').values(incidentRow(input.incident)).execute();
    for (const id of ids) await tx.insertInto('subscribers').values(subscriber(id, now)).execute();
    for (let seq = 1; seq <= messages; seq += 1) {
      const content = alertContent({ ...input, notice: { ...input.notice, seq } });
      const id = `${input.incident.id}-${seq}`;
      const row = (target: object, subscriberId: string | null): DeliveriesTable => ({
        id: newDeliveryId(content, 'mail'),
        message_id: id,
        incident_id: input.incident.id,
        subscriber_id: subscriberId,
        target: canonicalJson(target as Json),
        status: 'pending',
        attempts: 0,
        next_attempt_at: now,
        last_error: null,
        created_at: now + seq,
        finished_at: null,
      });
      const dead = Array.from({ length: deadChannels }, (_, i) => row(deadChannel(i), null));
      const mails = ids.map((reader) => row({ kind: 'subscriber', id: reader }, reader));
      const text = canonicalJson(content as unknown as Json);
      const message = { id, incident_id: input.incident.id, seq, created_at: now + seq, content: text };
      await insertMessage(tx, message, [...dead, ...mails]);
    }
  });
}

function deadChannel(i: number): object {
  const url = `http://127.0.0.1:9/hook-${i}`;
  return { kind: 'webhook', url, secretEnv: 'HOOK', previousSecretEnv: null, allowPrivateNetworks: true };
}

function subscriber(id: string, at: number) {
  const email = `${id}@reader.example`;
  return {
    id,
    email,
    email_key: email,
    status: 'active' as const,
    frequency: 'immediate' as const,
    timezone: 'UTC',
    next_digest_at: null,
    bounces: 0,
    mail_returned: 0,
    paused_reason: null,
    created_at: at,
    confirmed_at: at,
    account_mail_at: null,
    account_mails: 0,
  };
}
